using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Connectionist temporal classification (Graves et al., 2006): sequences whose place in the output is not known. Outputs are logits
/// <c>[N, T, K]</c> with <see cref="TensorNames.Lengths"/> or a mask where they are padded; the target is a sequence of symbols
/// <c>[N, S]</c> int64 with its lengths, as <see cref="SequenceTargets"/> give it. The loss is the mean over the examples of each one's
/// loss divided by the length of its target, as torch's.
/// </summary>
/// <param name="Blank">The output that stands for no symbol. Default 0.</param>
public sealed record Ctc(int Blank = 0) : IObjective
{
    internal const string Name = "ctc";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public JsonObject Settings => Blank == 0 ? [] : new() { ["blank"] = Blank };

    /// <inheritdoc/>
    public IAnswer Answer => new ClassProbabilities();

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        var frames = output.Find(TensorNames.Lengths) ?? output.Mask?.sum(1)
            ?? full([output.Count], output.Values.size(1), dtype: ScalarType.Int64, device: output.Values.device);
        var lengths = target.Find(TensorNames.Lengths)
            ?? throw new ArgumentException("The target has no lengths: use Targets.Sequences.", nameof(target));
        CheckRoom(frames, target.Values, lengths);
        var logProbabilities = output.Values.log_softmax(-1).transpose(0, 1);
        var losses = nn.functional.ctc_loss(
            logProbabilities, target.Values.clamp_min(0), frames, lengths, Blank, reduction: nn.Reduction.None) / lengths.clamp_min(1);
        return (target.Find(TensorNames.Weights) is null ? losses.mean() : ExampleWeights.Mean(losses, target)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        ArgumentNullException.ThrowIfNull(target);
        ExampleWeights.Validate(target);
        if (target.Values.dtype != ScalarType.Int64 || target.Values.dim() != 2
            || target.Find(TensorNames.Lengths) is not { dtype: ScalarType.Int64 } lengths || lengths.shape[0] != target.Count)
            throw new ArgumentException(
                $"Sequences must be int64 of shape [N, S] with lengths [N]; got {target.Values.dtype} of shape "
                + $"[{string.Join(", ", target.Values.shape)}]. Use Targets.Sequences.");
        using var values = target.Values.contiguous();
        using var counts = lengths.contiguous();
        var symbols = MemoryMarshal.Cast<byte, long>(values.bytes);
        var width = (int)target.Values.shape[1];
        foreach (var (example, length) in MemoryMarshal.Cast<byte, long>(counts.bytes).ToArray().Index())
        {
            if (length < 0 || length > width) throw new ArgumentException($"The length {length} of an example is outside 0..{width}.");
            foreach (var symbol in symbols.Slice(example * width, (int)length))
                if (symbol < 0 || symbol == Blank || outputs > 0 && symbol >= outputs)
                    throw new ArgumentException(
                        $"The symbol {symbol} is "
                        + $"{(symbol == Blank ? "the blank, which stands for none" : $"outside 0..{outputs - 1}; the head has {outputs} outputs")}.");
        }
    }

    internal static Ctc Read(JsonObject settings) => new((int?)settings["blank"] ?? 0);

    // Else the loss is infinite.
    private static void CheckRoom(Tensor frames, Tensor symbols, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var needed = lengths;
        // Between two equal symbols stands a blank.
        if (symbols.size(1) > 1)
            needed = needed
                + (symbols[.., 1..].eq(symbols[.., ..^1]) & (arange(1, symbols.size(1), device: symbols.device) < lengths.unsqueeze(1))).sum(1);
        var missing = (needed - frames).max().item<long>();
        if (missing > 0)
            throw new ArgumentException(
                $"A target needs {missing} frames more than its output has: take longer examples, or a network that shortens them less.");
    }
}
