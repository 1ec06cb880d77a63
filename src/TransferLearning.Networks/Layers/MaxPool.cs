using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// <see cref="Operations.MaxPool2d"/> as a module, for a <see cref="Sequential"/>: it has no weights and takes a number among the names.
/// </summary>
public sealed class MaxPool : nn.Module<Tensor, Tensor>
{
    private readonly (long Kernel, long Stride, long Padding, bool Ceil) _window;

    /// <summary>A module of those windows; see <see cref="Operations.MaxPool2d"/>.</summary>
    public MaxPool(long kernel, long stride, long padding = 0, bool ceil = false) : base(nameof(MaxPool)) =>
        _window = (kernel, stride, padding, ceil);

    /// <summary>Pools. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) =>
        Operations.MaxPool2d(x, _window.Kernel, _window.Stride, _window.Padding, _window.Ceil);
}
