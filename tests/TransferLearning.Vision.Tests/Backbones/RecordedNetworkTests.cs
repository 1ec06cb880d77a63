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

    [Fact]
    public void A_layer_group_of_other_making_is_refused_by_name()
    {
        using var backbone = VisionBackbones.Create("resnet18");
        backbone.Module.eval();
        using var scope = NewDisposeScope();

        var record = () => Graph.Record(backbone.Module, images => backbone.Run(images.Values.flip(3), 0, 1), rand(1, 3, 32, 32));

        record.Should().Throw<InvalidOperationException>().WithMessage("'ChannelsLast' in ResNet reads a tensor Float32 [1, 3, 32, 32] * not in the instruction set*");
    }
}
