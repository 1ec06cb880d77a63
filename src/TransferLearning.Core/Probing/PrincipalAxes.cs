using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Features moved to mean 0 and turned to their principal axes. A linear classifier with an L2 penalty and a free bias has
/// the same optimum there, but its curvature is nearly a diagonal, so that it is found in a few steps.
/// </summary>
internal sealed class PrincipalAxes
{
    private readonly Tensor _mean;
    private readonly Tensor _map;

    /// <summary>The axes of features <c>[N, D]</c>; where asked for, each feature is first divided by its standard deviation.</summary>
    public PrincipalAxes(Tensor features, bool standardize)
    {
        using var scope = NewDisposeScope();
        var values = features.to_type(ScalarType.Float64);
        var mean = values.mean([0], keepdim: true);
        var centred = values - mean;
        var covariance = centred.t().mm(centred) / values.shape[0];
        var deviation = covariance.diagonal().clamp_min(0).sqrt();
        // A constant feature deviates by the rounding of its mean: it stays as it is.
        var varies = deviation > 1e-10 * mean.squeeze(0).abs();
        var scale = standardize ? where(varies, deviation, ones_like(deviation)).reciprocal() : ones_like(deviation);
        var (variances, axes) = linalg.eigh(scale.unsqueeze(1) * covariance * scale);
        _mean = mean.MoveToOuterDisposeScope();
        _map = (scale.unsqueeze(1) * axes).MoveToOuterDisposeScope();
        Variances = variances.clamp_min(0).MoveToOuterDisposeScope();
    }

    /// <summary>Variance along each axis, <c>[D]</c>.</summary>
    public Tensor Variances { get; }

    /// <summary>Features in the coordinates of the axes, in double precision.</summary>
    public Tensor Turn(Tensor features)
    {
        using var scope = NewDisposeScope();
        return (features.to_type(ScalarType.Float64) - _mean).mm(_map).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Weight <c>[K, D]</c> and bias <c>[K]</c> for the features themselves from those for the axes; the biases are shifted to sum 0.
    /// </summary>
    public (Tensor Weight, Tensor Bias) TurnBack(Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var turned = weight.mm(_map.t());
        var moved = bias - turned.mm(_mean.t()).squeeze(1);
        return (turned.MoveToOuterDisposeScope(), (moved - moved.mean()).MoveToOuterDisposeScope());
    }
}
