using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Operations that write into their first argument and give it back: for a fresh result that nothing else reads, not even autograd.
/// They save the memory of a result; they are recorded as the operations of <see cref="Operations"/> that they are.
/// </summary>
public static class InPlace
{
    /// <inheritdoc cref="Operations.Relu"/>
    public static Tensor Relu(Tensor x) => Operations.Recorded(x.relu_(), x);

    /// <inheritdoc cref="Operations.Relu6"/>
    public static Tensor Relu6(Tensor x) => Operations.Recorded(x.relu6_(), x);

    /// <inheritdoc cref="Operations.Add"/>
    public static Tensor Add(Tensor x, Tensor y) => Operations.Recorded(x.add_(y), (x, y));

    /// <inheritdoc cref="Operations.Multiply"/>
    public static Tensor Multiply(Tensor x, Tensor y) => Operations.Recorded(x.mul_(y), (x, y));

    /// <inheritdoc cref="Operations.Scale"/>
    public static Tensor Scale(Tensor x, double factor) => Operations.Recorded(x.mul_(factor), (x, factor));

    /// <summary>The activation of that name, in place where its gradient is a function of its result.</summary>
    public static Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Relu => Relu(x),
        Activation.Relu6 => Relu6(x),
        _ => Operations.Activate(x, activation),
    };
}
