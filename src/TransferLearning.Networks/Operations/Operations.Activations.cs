using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>max(x, 0).</summary>
    public static Tensor Relu(Tensor x) => Recorded(Given(x).relu(), x);

    /// <summary>min(max(x, 0), 6) (Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010).</summary>
    public static Tensor Relu6(Tensor x) => Recorded(Given(x).relu6(), x);

    /// <summary>x, and below 0 that share of it.</summary>
    public static Tensor LeakyRelu(Tensor x, double slope) => Recorded(Given(x).leaky_relu(slope), (x, slope));

    /// <summary>x Φ(x), by the error function (Hendrycks and Gimpel, "Gaussian error linear units", 2016).</summary>
    public static Tensor Gelu(Tensor x) => Recorded(functional.gelu(Given(x)), x);

    /// <summary>GELU approximated by tanh, as Google's first implementation has it.</summary>
    public static Tensor GeluByTanh(Tensor x) => Recorded(Given(x).gelu(TorchSharp.Modules.GELU.Approximate.tanh), x);

    /// <summary>x σ(x), also called swish.</summary>
    public static Tensor Silu(Tensor x) => Recorded(functional.silu(Given(x)), x);

    /// <summary>The hyperbolic tangent.</summary>
    public static Tensor Tanh(Tensor x) => Recorded(Given(x).tanh(), x);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor Sigmoid(Tensor x) => Recorded(Given(x).sigmoid(), x);

    /// <summary>x min(max(x + 3, 0), 6) / 6 (Howard et al., "Searching for MobileNetV3", ICCV 2019).</summary>
    public static Tensor HardSwish(Tensor x) => Recorded(Given(x).hardswish(), x);

    /// <summary>min(max(x + 3, 0), 6) / 6.</summary>
    public static Tensor HardSigmoid(Tensor x) => Recorded(Given(x).hardsigmoid(), x);

    /// <summary>exp(x), divided by the sum along a dimension.</summary>
    public static Tensor Softmax(Tensor x, long dimension) => Recorded(Given(x).softmax(dimension), (x, dimension));

    /// <summary>The activation of that name; recorded under its own.</summary>
    public static Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.None => Given(x),
        Activation.Relu => Relu(x),
        Activation.Relu6 => Relu6(x),
        Activation.Gelu => Gelu(x),
        Activation.GeluByTanh => GeluByTanh(x),
        Activation.Silu => Silu(x),
        Activation.Tanh => Tanh(x),
        Activation.Sigmoid => Sigmoid(x),
        Activation.HardSwish => HardSwish(x),
        Activation.HardSigmoid => HardSigmoid(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation."),
    };
}
