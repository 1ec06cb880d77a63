namespace TransferLearning;

/// <summary>
/// Adam (Kingma and Ba, 2015), as PyTorch computes it: weight decay is added to the gradient, and so scaled with it; to fine-tune with
/// decay take <see cref="AdamW"/>. All tensors of a group are updated by one fused kernel.
/// </summary>
public sealed record Adam : Optimizer
{
    /// <summary>Learning rate 1e-3 and no weight decay, PyTorch's defaults.</summary>
    public Adam(double learningRate = 1e-3, double weightDecay = 0) => (LearningRate, WeightDecay) = (learningRate, weightDecay);

    /// <summary>Decay of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squares; above 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override IOptimizer Create() => new AdamRule("_fused_adam_", Beta1, Beta2, Epsilon);

    internal override IEnumerable<string> Faults() => base.Faults().Concat(AdamRule.Faults(Beta1, Beta2, Epsilon));
}
