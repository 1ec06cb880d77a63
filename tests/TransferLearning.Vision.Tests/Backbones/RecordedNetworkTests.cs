using TransferLearning.Networks;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

public sealed class RecordedNetworkTests
{
    [Theory]
    [InlineData("resnet18", 20, "ChannelsLast Convolve2d Relu MaxPool2d Contiguous Add")]
    [InlineData("efficientnet_lite0", 49, "ChannelsLast Pad Convolve2d Relu6 Add")]
    public void A_recorded_network_gives_the_same_bits(string name, int convolutions, string operations)
    {
        using var backbone = VisionBackbones.Create(name);
        Formula.FillModule(backbone.Module, 1);
        backbone.Module.eval();
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        using var graph = Graph.Record(backbone, rand(2, 3, 64, 48));

        var images = rand(2, 3, 64, 48);
        graph.Run(images).Values.Should().BeIdenticalTo(backbone.Run(images, 0, backbone.LayerGroups.Count).Values);
        graph.Nodes.Select(node => node.Operation.Name).Distinct().Should().BeEquivalentTo(operations.Split(' '));
        graph.Nodes.Count(node => node.Operation.Name == "Convolve2d").Should().Be(convolutions);
        graph.Constants.Count.Should().Be(2 * convolutions, "each has a weight and a bias, the norm folded into them");
        graph.ToString().Split('\n').Should().HaveCount(graph.Nodes.Count + 2);
    }

    [Theory]
    [InlineData("alexnet")]
    [InlineData("cifar_resnet20")]
    [InlineData("convnext_tiny")]
    [InlineData("convnextv2_atto")]
    [InlineData("densenet121")]
    [InlineData("efficientnet_b0")]
    [InlineData("googlenet")]
    [InlineData("inception_v3", 96)]
    [InlineData("mnasnet0_5")]
    [InlineData("mobilenetv1_025")]
    [InlineData("mobilenet_v2")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("regnet_y_400mf")]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("squeezenet1_1")]
    [InlineData("swin_t", 80)]
    [InlineData("vgg11_bn")]
    [InlineData("vit_tiny_patch16_224", 224)]
    public void Every_family_can_be_recorded(string name, int size = 64)
    {
        using var backbone = VisionBackbones.Create(name);
        Formula.FillModule(backbone.Module, 1);
        backbone.Module.eval();
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        using var graph = Graph.Record(backbone, rand(2, 3, size, size));

        var images = rand(2, 3, size, size);
        graph.Run(images).Values.Should().BeIdenticalTo(backbone.Run(images, 0, backbone.LayerGroups.Count).Values);
    }

    [Fact]
    public void A_layer_group_of_other_making_is_refused_by_name()
    {
        using var backbone = VisionBackbones.Create("resnet18");
        backbone.Module.eval();
        using var scope = NewDisposeScope();

        var record = () => Graph.Record(backbone.Module, images => backbone.Run(images.Values.flip(3), 0, 1), rand(1, 3, 32, 32));

        record.Should().Throw<InvalidOperationException>().WithMessage(
            "'ChannelsLast' in ResNet reads a tensor Float32 [1, 3, 32, 32] * not in the instruction set*");
    }
}
