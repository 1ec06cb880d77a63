using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Operations as a module, for a <see cref="Sequential"/>: it has no weights and takes a number among the names, as the reference's does.
/// </summary>
/// <param name="compute">What it computes with <see cref="Operations"/>.</param>
public sealed class Unnamed(Func<Tensor, Tensor> compute) : Block
{
    private readonly Func<Tensor, Tensor> _compute = compute ?? throw new ArgumentNullException(nameof(compute));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _compute(x);
}
