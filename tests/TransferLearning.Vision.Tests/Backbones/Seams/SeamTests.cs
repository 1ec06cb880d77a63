using TransferLearning.Networks;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Networks of other forms than ours are each one file against the same seams.</summary>
public sealed class SeamTests : IDisposable
{
    private readonly Dictionary<string, VisionBackbone> _backbones = new()
    {
        ["convnext"] = Built(new SmallConvNeXt()),
        ["vit"] = Built(new SmallVisionTransformer()),
    };

    public void Dispose()
    {
        foreach (var backbone in _backbones.Values) backbone.Dispose();
    }

    [Theory]
    [InlineData("convnext", new long[] { 2, 16, 4, 4 })]
    [InlineData("vit", new long[] { 2, 17, 12 })]
    public void Groups_pooling_and_classifier_are_the_network(string name, long[] map)
    {
        var backbone = _backbones[name];
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = rand(2, 3, 32, 32);
        var hidden = backbone.Run(images, 0, backbone.LayerGroups.Count);
        var features = backbone.Pool(hidden);

        hidden.Values.shape.Should().Equal(map);
        features.shape.Should().Equal(2, backbone.Info.FeatureSize);
        var classifier = (nn.Module<Tensor, Tensor>)backbone.Module.named_children().Last().module;
        classifier.call(features).Should().BeIdenticalTo(backbone.Module.call(images));
        backbone.Module.named_parameters().Where(parameter => !backbone.LayerGroups.Any(group => group.Owns(parameter.name)))
            .Select(parameter => parameter.name).Should().Equal("head.weight", "head.bias");
    }

    [Theory]
    [InlineData("convnext")]
    [InlineData("vit")]
    public void They_are_recorded(string name)
    {
        using var scope = NewDisposeScope();
        using var graph = Graph.Record(_backbones[name], rand(2, 3, 32, 32));
        var images = rand(2, 3, 32, 32);
        using var _ = no_grad();
        graph.Run(images).Values.Should().BeIdenticalTo(_backbones[name].Run(images, 0, _backbones[name].LayerGroups.Count).Values);
    }

    [Theory]
    [NoTensorLeaks(MakesModels = true)]
    [InlineData("convnext")]
    [InlineData("vit")]
    public void They_are_trained(string name)
    {
        using var images = rand(8, 3, 32, 32);
        var examples = new TensorDataset(images, [0, 1, 0, 1, 0, 1, 0, 1], ["even", "odd"]);
        using var model = _backbones[name].WithHead(new LinearHead(["even", "odd"]));

        var report = new Trainer(
            new TrainerOptions { Epochs = 2, BatchSize = 4 }, new GradualUnfreezing(groupsPerEpoch: 5)).Fit(model, examples);

        report.Epochs.Should().HaveCount(2);
        report.Epochs.Should().OnlyContain(epoch => double.IsFinite(epoch.TrainLoss));
    }

    private static VisionBackbone Built(ImageNetwork network)
    {
        network.Initialize();
        network.eval();
        return new VisionBackbone(network, new BackboneInfo(network.GetName(), network.FeatureSize));
    }
}
