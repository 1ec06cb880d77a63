using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// Scales each channel of a map by a gate that is computed of the means of all (Hu, Shen and Sun, "Squeeze-and-excitation networks",
/// CVPR 2018), with torchvision's names.
/// </summary>
internal sealed class SqueezeExcitation : Block
{
    private readonly Convolution fc1;
    private readonly Convolution fc2;
    private readonly Activation _inner;
    private readonly Activation _gate;

    public SqueezeExcitation(long channels, long squeezed, Activation inner = Activation.Relu, Activation gate = Activation.Sigmoid)
    {
        fc1 = new Convolution(channels, squeezed, kernel: 1, hasBias: true);
        fc2 = new Convolution(squeezed, channels, kernel: 1, hasBias: true);
        (_inner, _gate) = (inner, gate);
        RegisterComponents();
    }

    protected override Tensor Compute(Tensor x)
    {
        var means = Mean(x, [2, 3], keep: true);
        return Multiply(x, fc2.Call(fc1.Call(means, activation: _inner), activation: _gate));
    }
}
