using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Tries values of C: each part of the examples, with every class in the same proportion, is held out once while the others are
/// fitted. From the smallest C on each fit starts at the optimum of the one before.
/// </summary>
internal static class CrossValidation
{
    /// <summary>The values that are tried.</summary>
    public static IReadOnlyList<double> Grid { get; } = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

    // Which answer is right shows long before the optimum does. The gradient grows with C.
    private static double Tolerance(double c) => 1e-2 * Math.Max(1, c);

    // The larger C, the longer the fit; where it has become worse that many times it does not become better.
    private const int Patience = 3;

    /// <summary>How each C did on the examples held out, summed over the parts, up to where larger ones do worse and worse.</summary>
    public static IReadOnlyList<Trial> Run(
        Tensor features, Tensor variances, Tensor labels, Tensor classWeights, LinearProbeOptions options, Action<int, int>? fitted, CancellationToken cancellation)
    {
        var parts = ShuffledClasses.Parts(
            Array.ConvertAll(labels.data<long>().ToArray(), label => (int)label), options.Folds, options.Seed);
        var starts = new Tensor[options.Folds];
        List<Trial> trials = [];
        foreach (var c in Grid)
        {
            var trial = new Trial(c, 0, 0);
            for (var fold = 0; fold < options.Folds; fold++)
            {
                using var scope = NewDisposeScope();
                var heldOut = Rows(parts, part => part == fold);
                var train = Regression(Rows(parts, part => part != fold));
                using var start = starts[fold] ?? train.Zero;
                starts[fold] = train.Fit(c, start, Tolerance(c), options.MaxIterations, cancellation).Parameters.MoveToOuterDisposeScope();
                var (loss, right) = Regression(heldOut).Measure(starts[fold]);
                trial = trial with { Right = trial.Right + right, Loss = trial.Loss + loss * heldOut.shape[0] };
                fitted?.Invoke(trials.Count * options.Folds + fold + 1, Grid.Count * options.Folds + 1);
            }
            trials.Add(trial);
            var best = trials.Max(other => other.Right);
            if (trials.Count - 1 - trials.FindLastIndex(other => other.Right == best) == Patience) break;
        }
        return trials;

        LogisticRegression Regression(Tensor rows) =>
            new(features.index_select(0, rows), variances, labels.index_select(0, rows), classWeights);
    }

    private static Tensor Rows(int[] parts, Func<int, bool> wanted) =>
        tensor(
            parts.Select((part, row) => (part, row)).Where(example => wanted(example.part)).Select(example => (long)example.row).ToArray());

    /// <summary>How a C did.</summary>
    /// <param name="C">The value.</param>
    /// <param name="Right">Right answers.</param>
    /// <param name="Loss">Sum of the losses.</param>
    internal sealed record Trial(double C, int Right, double Loss);
}
