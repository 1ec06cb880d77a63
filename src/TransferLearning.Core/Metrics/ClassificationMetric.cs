using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Accuracy, F1 and confusion of a classifier, of examples (outputs <c>[N, K]</c>) or of the words or tokens in them (<c>[N, T, K]</c>).
/// The answer is the class of the largest logit, the first of equals; where the target is soft, the truth is its likeliest class.
/// </summary>
public sealed record ClassificationMetric : IMetric
{
    /// <inheritdoc/>
    public string Kind => ClassificationResult.Name;

    /// <inheritdoc/>
    public IMetricState Start(IReadOnlyList<string> labels) => new State(labels);

    private sealed class State(IReadOnlyList<string> labels) : IMetricState
    {
        private readonly Dictionary<(int Truth, int Answer), int> _counts = [];
        private readonly (int Count, double Confidence, int Hits)[] _bins = new (int, double, int)[Calibration.BinCount];

        public void Add(TensorSet output, TensorSet target)
        {
            ArgumentNullException.ThrowIfNull(output);
            ArgumentNullException.ThrowIfNull(target);
            using var scope = NewDisposeScope();
            var (logits, truth) = (output.Values, target.Values);
            if (truth.is_floating_point() && truth.dim() == logits.dim()) truth = truth.argmax(-1);
            if (logits.dim() < 2 || labels.Count > 0 && logits.shape[^1] != labels.Count
                || !truth.shape.AsSpan().SequenceEqual(logits.shape.AsSpan(0, (int)logits.dim() - 1)) || truth.dtype != ScalarType.Int64)
                throw new ArgumentException(
                    $"A classifier of {labels.Count} classes is measured by outputs [N, {labels.Count}] and class indices [N] int64; "
                    + $"got [{string.Join(", ", logits.shape)}] and {truth.dtype} [{string.Join(", ", truth.shape)}].");
            var answers = MemoryMarshal.Cast<byte, long>(logits.argmax(-1).cpu().contiguous().bytes);
            var truths = MemoryMarshal.Cast<byte, long>(truth.cpu().contiguous().bytes);
            var confidences = MemoryMarshal.Cast<byte, float>(
                (logits.amax(-1) - logits.logsumexp(-1)).exp().to_type(ScalarType.Float32).cpu().contiguous().bytes);
            var classes = logits.shape[^1];
            foreach (var index in truths)
                if (index != RaggedTargets.Ignored && (index < 0 || index >= classes))
                    throw new ArgumentException($"The class index {index} is outside 0..{classes - 1}.");
            for (var i = 0; i < truths.Length; i++)
            {
                if (truths[i] == RaggedTargets.Ignored) continue;
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, ((int)truths[i], (int)answers[i]), out _)++;
                ref var bin = ref _bins[Math.Clamp((int)(confidences[i] * _bins.Length), 0, _bins.Length - 1)];
                bin = (bin.Count + 1, bin.Confidence + confidences[i], bin.Hits + (truths[i] == answers[i] ? 1 : 0));
            }
        }

        public MetricResult Compute() => ClassificationResult.Of(new ConfusionMatrix(labels.Count, _counts), labels) with
        {
            Calibration = new()
            {
                Bins = [.. _bins.Select(bin => bin.Count == 0
                    ? new CalibrationBin(0, 0, 0)
                    : new(bin.Count, bin.Confidence / bin.Count, (double)bin.Hits / bin.Count))],
            },
        };
    }
}
