namespace TransferLearning;

/// <summary>
/// Adam (Kingma and Ba, 2015), as PyTorch computes it: weight decay is added to the gradient, and so scaled with it; to fine-tune with
/// decay take <see cref="AdamW"/>. All tensors of a group are updated by one fused kernel.
/// </summary>
public sealed record Adam : AdamOptimizer
{
    /// <summary>Learning rate 1e-3 and no weight decay, PyTorch's defaults.</summary>
    public Adam(double learningRate = 1e-3, double weightDecay = 0) => (LearningRate, WeightDecay) = (learningRate, weightDecay);

    /// <inheritdoc/>
    public override IOptimizer Create() => new AdamRule("_fused_adam_", this);
}
