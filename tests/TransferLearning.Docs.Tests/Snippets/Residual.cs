// snippet: own-block
using TransferLearning.Networks;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: own-block
/// <summary>3x3 and 1x1, added to the input.</summary>
public sealed class Residual : Block
{
    private readonly Convolution conv1;
    private readonly BatchNorm bn1;
    private readonly Convolution conv2;
    private readonly BatchNorm bn2;

    public Residual(long channels, long width)
    {
        conv1 = new Convolution(channels, width, kernel: 3);
        bn1 = new BatchNorm(width);
        conv2 = new Convolution(width, channels, kernel: 1);
        bn2 = new BatchNorm(channels);
        RegisterComponents();
    }

    protected override Tensor Compute(Tensor x)
    {
        var inner = conv1.Call(x, bn1, Activation.Relu);
        return conv2.Call(inner, bn2, Activation.Relu, residual: x);
    }
}
// end-snippet
