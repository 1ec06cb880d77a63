using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>The ResNet for CIFAR-10 of MLPerf Tiny, with the names that its file of Keras gives.</summary>
internal sealed class ResNet8 : Block
{
    private readonly Convolution conv2d, conv2d_1, conv2d_2, conv2d_3, conv2d_4, conv2d_5, conv2d_6, conv2d_7, conv2d_8;

    private readonly BatchNorm batch_normalization, batch_normalization_1, batch_normalization_2, batch_normalization_3,
        batch_normalization_4, batch_normalization_5, batch_normalization_6;

    private readonly Linear dense;

    public ResNet8()
    {
        conv2d = Convolve(3, 16);
        (conv2d_1, conv2d_2) = (Convolve(16, 16), Convolve(16, 16));
        (conv2d_3, conv2d_4, conv2d_5) = (Convolve(16, 32, stride: 2), Convolve(32, 32), Convolve(16, 32, stride: 2, kernel: 1));
        (conv2d_6, conv2d_7, conv2d_8) = (Convolve(32, 64, stride: 2), Convolve(64, 64), Convolve(32, 64, stride: 2, kernel: 1));
        (batch_normalization, batch_normalization_1, batch_normalization_2) = (Norm(16), Norm(16), Norm(16));
        (batch_normalization_3, batch_normalization_4) = (Norm(32), Norm(32));
        (batch_normalization_5, batch_normalization_6) = (Norm(64), Norm(64));
        dense = new Linear(64, 10);
        RegisterComponents();

        static Convolution Convolve(long inputs, long outputs, long stride = 1, long kernel = 3) =>
            new(inputs, outputs, kernel, stride, padding: Padding.Same, hasBias: true);

        static BatchNorm Norm(long channels) => new(channels, epsilon: 1e-3);
    }

    protected override Tensor Compute(Tensor x)
    {
        x = conv2d.Call(x, batch_normalization, Activation.Relu);
        var inner = conv2d_1.Call(x, batch_normalization_1, Activation.Relu);
        x = conv2d_2.Call(inner, batch_normalization_2, Activation.Relu, residual: x);
        inner = conv2d_3.Call(x, batch_normalization_3, Activation.Relu);
        x = conv2d_4.Call(inner, batch_normalization_4, Activation.Relu, residual: conv2d_5.call(x));
        inner = conv2d_6.Call(x, batch_normalization_5, Activation.Relu);
        x = conv2d_7.Call(inner, batch_normalization_6, Activation.Relu, residual: conv2d_8.call(x));
        return dense.Call(Mean(x, [2, 3]));
    }
}
