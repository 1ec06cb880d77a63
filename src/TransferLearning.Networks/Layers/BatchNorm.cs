using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Batch normalisation of maps <c>[N, C, H, W]</c> with torch's names, born neutral: by the statistics of the batch while it trains, which
/// it keeps a moving average of; by that average in evaluation. After a convolution give it to <see cref="Convolution.Call"/>, which folds
/// it then.
/// </summary>
public sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;
    private readonly double _momentum;

    /// <summary>
    /// A norm of so many channels; with every batch the average moves by <paramref name="momentum"/> towards its statistics.
    /// </summary>
    public BatchNorm(long channels, double epsilon = 1e-5, double momentum = 0.1) : base(nameof(BatchNorm))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        weight = Parameters.Filled(1, channels);
        bias = Parameters.Filled(0, channels);
        running_mean = zeros(channels).DetachFromDisposeScope();
        running_var = ones(channels).DetachFromDisposeScope();
        num_batches_tracked = zeros([], ScalarType.Int64).DetachFromDisposeScope();
        (Epsilon, _momentum) = (epsilon, momentum);
        RegisterComponents();
    }

    /// <summary>What is added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>What each channel is multiplied by, <c>[C]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary>What is added to each channel, <c>[C]</c>.</summary>
    public Parameter Bias => bias;

    /// <summary>Moving average of the mean of each channel, <c>[C]</c>.</summary>
    public Tensor RunningMean => running_mean;

    /// <summary>Moving average of the variance of each channel, <c>[C]</c>.</summary>
    public Tensor RunningVariance => running_var;

    /// <summary>Normalises. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!training) return Operations.BatchNormalize(x, running_mean, running_var, weight, bias, Epsilon);
        num_batches_tracked.add_(1);
        return nn.functional.batch_norm(x, running_mean, running_var, weight, bias, training: true, _momentum, Epsilon);
    }
}
