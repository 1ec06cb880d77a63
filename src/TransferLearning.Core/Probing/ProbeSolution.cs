using System.Globalization;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The linear head that a <see cref="LinearProbe"/> found. The tensors belong to the dispose scope it was solved in.</summary>
/// <param name="Weight"><c>[K, D]</c>, in double precision.</param>
/// <param name="Bias"><c>[K]</c>, with sum 0 over the classes that occur.</param>
/// <param name="Choice">C and why it was taken, for the report.</param>
/// <param name="Iterations">Iterations of the last fit.</param>
/// <param name="Converged">Whether they reached the optimum.</param>
internal sealed record ProbeSolution(Tensor Weight, Tensor Bias, string Choice, int Iterations, bool Converged)
{
    private const int FewExamples = 3;
    private const double FewExamplesC = 10;
    private const double Tolerance = 1e-5;

    // The optimum of a class without examples has weights of zero and a bias of minus infinity. The largest logit is 0 or more.
    private const double ProbabilityOfAbsent = 1e-6;

    /// <summary>Chooses C where the options leave it open, and fits.</summary>
    /// <param name="features"><c>[N, D]</c> on the CPU.</param>
    /// <param name="labels">Class indices <c>[N]</c> int64 on the CPU.</param>
    /// <param name="classWeights">Weight of each class.</param>
    /// <param name="options">Options of the probe.</param>
    /// <param name="fitted">Told after each fit how many are done, and of how many.</param>
    /// <param name="cancellation">Ends it between two iterations.</param>
    public static ProbeSolution Solve(
        Tensor features, Tensor labels, double[] classWeights, LinearProbeOptions options, Action<int, int>? fitted = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        // Only what occurs takes time and memory.
        var (present, indices, _) = labels.unique(sorted: true, return_inverse: true);
        var (absent, given) = (classWeights.Length - (int)present.numel(), classWeights);
        (labels, classWeights) = (indices!, Array.ConvertAll(present.data<long>().ToArray(), label => given[label]));
        var axes = new PrincipalAxes(features, options.Standardize);
        var (turned, weights) = (axes.Turn(features), tensor(classWeights));
        var (c, choice, fits) = Choose();

        var regression = new LogisticRegression(turned, axes.Variances, labels, weights);
        var (parameters, iterations, converged) = regression.Fit(c, regression.Zero, Tolerance, options.MaxIterations, cancellation);
        var size = features.shape[1];
        var (weight, bias) = axes.TurnBack(parameters.narrow(1, 0, size), parameters.select(1, size));
        if (absent > 0)
        {
            weight = weight.new_zeros(given.Length, size).index_copy_(0, present, weight);
            bias = bias.new_full([given.Length], Math.Log(ProbabilityOfAbsent / absent)).index_copy_(0, present, bias);
        }
        fitted?.Invoke(fits + 1, fits + 1);
        return new ProbeSolution(weight.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope(), choice, iterations, converged);

        (double C, string Choice, int Fits) Choose()
        {
            if (options.C is { } given) return (given, $"C {Number(given)}", 0);
            if (features.shape[0] < FewExamples * classWeights.Length)
                return (FewExamplesC, $"C {FewExamplesC}, as there are fewer than {FewExamples} examples a class", 0);
            var folds = (int)Math.Min(options.Folds, features.shape[0]);
            var trials = CrossValidation.Run(turned, axes.Variances, labels, weights, options with { Folds = folds }, fitted, cancellation);
            // Of equally many right answers the better probabilities decide.
            var best = trials.OrderByDescending(trial => trial.Right).ThenBy(trial => trial.Loss).First();
            var results = trials.Select(trial => FormattableString.Invariant($"{trial.C}: {100.0 * trial.Right / features.shape[0]:F1} %"));
            return (
                best.C, $"C {Number(best.C)} by {folds}-fold cross-validation "
                    + $"({string.Join(", ", results)})", folds * CrossValidation.Grid.Count);
        }
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
