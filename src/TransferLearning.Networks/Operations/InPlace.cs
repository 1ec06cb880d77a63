using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Operations that write into their first argument and give it back: for a fresh result that nothing else reads, not even autograd.
/// They save the memory of a result; they are recorded as the operations of <see cref="Operations"/> that they are.
/// </summary>
/// <remarks>Where shapes or types do not fit torch throws an <see cref="System.Runtime.InteropServices.ExternalException"/> that says
/// so.</remarks>
public static class InPlace
{
    /// <inheritdoc cref="Operations.Relu"/>
    public static Tensor Relu(Tensor x) => Operations.Recorded(Operations.Given(x).relu_(), x);

    /// <inheritdoc cref="Operations.Relu6"/>
    public static Tensor Relu6(Tensor x) => Operations.Recorded(Operations.Given(x).relu6_(), x);

    /// <inheritdoc cref="Operations.Add"/>
    public static Tensor Add(Tensor x, Tensor y) => Operations.Recorded(Operations.Given(x).add_(Operations.Given(y)), (x, y));

    /// <inheritdoc cref="Operations.Multiply"/>
    public static Tensor Multiply(Tensor x, Tensor y) => Operations.Recorded(Operations.Given(x).mul_(Operations.Given(y)), (x, y));

    /// <inheritdoc cref="Operations.Scale"/>
    public static Tensor Scale(Tensor x, double factor) => Operations.Recorded(Operations.Given(x).mul_(factor), (x, factor));

    /// <summary>The activation of that name, in place where its gradient is a function of its result.</summary>
    public static Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Relu => Relu(Operations.Given(x)),
        Activation.Relu6 => Relu6(x),
        _ => Operations.Activate(x, activation),
    };
}
