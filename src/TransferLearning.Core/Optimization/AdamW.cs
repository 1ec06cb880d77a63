namespace TransferLearning;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch computes it; all tensors of a group are
/// updated by one fused kernel.
/// </summary>
public sealed record AdamW : Optimizer
{
    /// <summary>Learning rate 1e-3 and weight decay 0.01, PyTorch's defaults.</summary>
    public AdamW(double learningRate = 1e-3, double weightDecay = 0.01) => (LearningRate, WeightDecay) = (learningRate, weightDecay);

    /// <summary>Decay of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squares; above 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override IOptimizer Create() => new AdamRule("_fused_adamw_", Beta1, Beta2, Epsilon);

    internal override IEnumerable<string> Faults() => base.Faults().Concat(AdamRule.Faults(Beta1, Beta2, Epsilon));
}
