namespace TransferLearning;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch computes it; all tensors of a group are
/// updated by one fused kernel.
/// </summary>
public sealed record AdamW : AdamOptimizer
{
    /// <summary>Learning rate 1e-3 and weight decay 0.01, PyTorch's defaults.</summary>
    public AdamW(double learningRate = 1e-3, double weightDecay = 0.01) => (LearningRate, WeightDecay) = (learningRate, weightDecay);

    /// <inheritdoc/>
    public override IOptimizer Create() => new AdamRule("_fused_adamw_", this);
}
