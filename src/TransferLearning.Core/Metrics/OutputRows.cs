using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Outputs and targets as numbers.</summary>
internal static class OutputRows
{
    /// <summary>The rows of a tensor <c>[N, width]</c>, or <c>[N]</c> for a width of 1, on any device.</summary>
    public static float[][] Of(Tensor values, int width)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var scope = NewDisposeScope();
        var numbers = MemoryMarshal.Cast<byte, float>(values.detach().to_type(ScalarType.Float32).cpu().contiguous().bytes);
        var rows = new float[numbers.Length / width][];
        for (var i = 0; i < rows.Length; i++) rows[i] = numbers.Slice(i * width, width).ToArray();
        return rows;
    }
}
