// snippet: signal-spec
using System.Text.Json.Nodes;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets.Signals;

// snippet: signal-spec
/// <summary>
/// How a backbone wants signals: of one length, 1 to 1,048,576, each value as (value - mean) / deviation. A longer signal is cut to its
/// middle, a shorter one stands in the middle of zeros.
/// </summary>
public sealed record SignalSpec(int Length, float Mean = 0, float Deviation = 1) : InputSpec
{
    // A saved model may come from anywhere.
    public int Length { get; } = Length is > 0 and <= 1 << 20
        ? Length : throw new ArgumentOutOfRangeException(nameof(Length), Length, "A signal has 1 to 1,048,576 samples.");

    public float Deviation { get; } = Deviation > 0 && float.IsFinite(Deviation)
        ? Deviation : throw new ArgumentOutOfRangeException(nameof(Deviation), Deviation, "The deviation is a finite number above 0.");

    public override JsonObject ToJson() => new() { ["length"] = Length, ["mean"] = Mean, ["deviation"] = Deviation };

    public static SignalSpec Read(JsonObject json) => new((int)json["length"]!, (float)json["mean"]!, (float)json["deviation"]!);

    /// <summary>The signals as a batch <c>[N, T]</c> float32, which the caller owns: at training and at prediction alike.</summary>
    public TensorSet Prepare(IReadOnlyList<float[]> signals)
    {
        var rows = new float[signals.Count * Length];
        foreach (var (i, signal) in signals.Index())
        {
            var (kept, start) = (Math.Min(signal.Length, Length), Math.Max(0, (Length - signal.Length) / 2));
            var middle = signal.AsSpan((signal.Length - kept) / 2, kept);
            for (var t = 0; t < kept; t++) rows[i * Length + start + t] = (middle[t] - Mean) / Deviation;
        }
        return tensor(rows, [signals.Count, Length]).DetachFromDisposeScope();
    }
}
// end-snippet
