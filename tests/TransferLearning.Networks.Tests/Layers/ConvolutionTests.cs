using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Networks.Tests;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(5, 2, 1)]
    [InlineData(3, 2, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 1)]
    public void Half_padding_is_torchs(long kernel, long stride, long groups)
    {
        using var scope = NewDisposeScope();
        using var convolution = Created(kernel, stride, groups, Padding.Half);
        var input = rand(2, 4, 9, 8);

        var expected = functional.conv2d(
            input, convolution.state_dict()["weight"], strides: [stride, stride], padding: [kernel / 2, kernel / 2], groups: groups);

        ShouldEqual(convolution.call(input), expected);
    }

    /// <summary>Zeros before and after, as TensorFlow counts them for that size.</summary>
    [Theory]
    [InlineData(3, 8, 0, 1)]
    [InlineData(3, 9, 1, 1)]
    [InlineData(5, 8, 1, 2)]
    [InlineData(5, 9, 2, 2)]
    [InlineData(3, 1, 1, 1)]
    public void Same_padding_is_TensorFlows(long kernel, long size, long before, long after)
    {
        using var scope = NewDisposeScope();
        using var convolution = Created(kernel, 2, 1, Padding.Same);
        var other = kernel / 2; // The other side is odd, which is padded alike on both ends.
        var weight = convolution.state_dict()["weight"];

        var tall = rand(2, 4, size, 7);
        ShouldEqual(
            convolution.call(tall), functional.conv2d(functional.pad(tall, (other, other, before, after)), weight, strides: [2, 2]));
        var wide = rand(2, 4, 7, size);
        ShouldEqual(
            convolution.call(wide), functional.conv2d(functional.pad(wide, (before, after, other, other)), weight, strides: [2, 2]));
    }

    /// <summary>On some processors the native library's own pass ended the process.</summary>
    [Theory]
    [InlineData(512, 1024)]
    [InlineData(1024, 2048)]
    public void A_strided_point_convolution_of_any_width_has_a_gradient(long inputs, long outputs)
    {
        using var scope = NewDisposeScope();
        using var convolution = new Convolution(inputs, outputs, kernel: 1, stride: 2);
        convolution.Initialize();
        var input = rand([1, inputs, 3, 4], requires_grad: true);

        convolution.call(input).sum().backward();

        var perInput = convolution.state_dict()["weight"].detach().sum([0L]).flatten();
        ShouldEqual(input.grad![0, .., 2, 2], perInput);
        input.grad[0, .., 1, 2].abs().max().item<float>().Should().Be(0, "a stride of two skips the second row");
    }

    private static Convolution Created(long kernel, long stride, long groups, Padding padding)
    {
        var convolution = new Convolution(4, 8, kernel, stride, groups: groups, padding: padding);
        convolution.Initialize();
        return convolution;
    }

    private static void ShouldEqual(Tensor actual, Tensor expected)
    {
        actual.shape.Should().Equal(expected.shape);
        (actual - expected).abs().max().item<float>().Should().BeLessThan(1e-4f);
    }
}
