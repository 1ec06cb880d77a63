using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Outputs and targets as numbers.</summary>
internal static class OutputRows
{
    /// <summary>The rows of a tensor <c>[N, width]</c>, or <c>[N]</c> for a width of 1, on any device.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static float[][] Of(Tensor values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!(values.dim() == 2 && values.shape[1] == width && width > 0 || values.dim() == 1 && width == 1))
            throw new ArgumentException(
                $"Outputs and targets have the shape [N, {width}]{(width == 1 ? " or [N]" : "")}; got "
                + $"[{string.Join(", ", values.shape)}].");
        using var scope = NewDisposeScope();
        var numbers = MemoryMarshal.Cast<byte, float>(values.detach().to_type(ScalarType.Float32).cpu().contiguous().bytes);
        var rows = new float[numbers.Length / width][];
        for (var i = 0; i < rows.Length; i++) rows[i] = numbers.Slice(i * width, width).ToArray();
        return rows;
    }

    /// <summary>The rows of outputs and targets, as many of the one as of the other.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape.</exception>
    public static (float[][] Outputs, float[][] Targets) Of(Tensor output, Tensor target, int width)
    {
        var (outputs, targets) = (Of(output, width), Of(target, width));
        return outputs.Length == targets.Length
            ? (outputs, targets)
            : throw new ArgumentException(
                $"There are {outputs.Length} outputs and {targets.Length} targets; give one target for each output.");
    }
}
