using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Multinomial logistic regression with an L2 penalty, as scikit-learn defines it: the minimum over weights W and biases of
/// C * (sum of the weighted cross-entropies) + 1/2 ||W||^2, where the biases are free.
/// </summary>
/// <remarks>
/// For two classes scikit-learn penalises the one vector that separates them, w = W1 - W0: as much as twice the penalty here.
/// All tensors belong to the dispose scope in which they are made.
/// </remarks>
internal sealed class LogisticRegression
{
    // Rows at a time, so that memory does not grow with the examples and a chunk stays in the cache.
    private const int Chunk = 2048;

    // Of ten thousands of classes the steps that are remembered would take more than all else.
    private const long MostHistoryBytes = 1L << 30;

    private readonly Tensor _features;
    private readonly Tensor _labels;
    private readonly Tensor _exampleWeights;
    private readonly int _classes;
    private readonly Tensor _penalty;
    private readonly Tensor _variances;

    /// <param name="features"><c>[N, D]</c> in double precision, best along <see cref="PrincipalAxes"/>.</param>
    /// <param name="variances">Variance of each feature, <c>[D]</c>.</param>
    /// <param name="labels">Class indices <c>[N]</c> int64.</param>
    /// <param name="classWeights">Weight of each class, <c>[K]</c> in double precision.</param>
    public LogisticRegression(Tensor features, Tensor variances, Tensor labels, Tensor classWeights)
    {
        _features = features;
        _labels = labels.unsqueeze(1);
        _exampleWeights = classWeights.index_select(0, labels).unsqueeze(1);
        _classes = (int)classWeights.shape[0];
        _penalty = cat([full_like(variances, _classes == 2 ? 2 : 1), variances.new_zeros(1)]);
        _variances = cat([variances, variances.new_ones(1)]);
    }

    /// <summary>Weights and biases <c>[K, D + 1]</c> of the model that knows nothing.</summary>
    public Tensor Zero => _features.new_zeros(_classes, _features.shape[1] + 1);

    /// <summary>The optimum for that C, from a start near it.</summary>
    public (Tensor Parameters, int Iterations, bool Converged) Fit(
        double c, Tensor start, double tolerance, int maxIterations, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        // The second derivative at zero, where every class has probability 1/K.
        var curvature = c * _exampleWeights.sum() / _classes * _variances + _penalty;
        var minimizer = new Lbfgs(parameters => Objective(parameters, c), curvature)
        {
            Tolerance = tolerance, MaxIterations = maxIterations,
            Memory = (int)Math.Clamp(MostHistoryBytes / (2 * sizeof(double) * start.numel()), 3, 10),
        };
        var (parameters, iterations, converged) = minimizer.Minimize(start, cancellation);
        return (parameters.MoveToOuterDisposeScope(), iterations, converged);
    }

    /// <summary>Mean of the weighted cross-entropies, and the number of right answers.</summary>
    public (double Loss, int Right) Measure(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var logits = Logits(_features, parameters);
        var losses = -logits.log_softmax(1).gather(1, _labels) * _exampleWeights;
        return (
            (losses.sum() / _exampleWeights.sum()).item<double>(), (int)(logits.argmax(1, keepdim: true) == _labels).sum().item<long>());
    }

    private static Tensor Logits(Tensor features, Tensor parameters)
    {
        var size = features.shape[1];
        return nn.functional.linear(features, parameters.narrow(1, 0, size), parameters.select(1, size));
    }

    private (double Value, Tensor Gradient) Objective(Tensor parameters, double c)
    {
        using var scope = NewDisposeScope();
        var gradient = _penalty * parameters;
        var value = (gradient * parameters).sum().item<double>() / 2;
        var (ofWeights, ofBiases) = (gradient.narrow(1, 0, _features.shape[1]), gradient.select(1, _features.shape[1]));
        for (var first = 0L; first < _features.shape[0]; first += Chunk)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(Chunk, _features.shape[0] - first);
            var (features, labels) = (_features.narrow(0, first, count), _labels.narrow(0, first, count));
            var weights = c * _exampleWeights.narrow(0, first, count);
            var logProbabilities = Logits(features, parameters).log_softmax(1);
            value -= (logProbabilities.gather(1, labels) * weights).sum().item<double>();
            var errors = logProbabilities.exp_().scatter_add_(1, labels, -ones_like(weights)).mul_(weights);
            ofWeights.addmm_(errors.t(), features);
            ofBiases.add_(errors.sum(dim: 0));
        }
        return (value, gradient.MoveToOuterDisposeScope());
    }
}
