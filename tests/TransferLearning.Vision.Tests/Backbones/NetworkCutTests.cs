using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Networks that are cut off, or from which a module is taken.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class NetworkCutTests
{
    [Theory]
    [InlineData("alexnet", "features.9", 256)]
    [InlineData("cifar_resnet20", "layer2.1", 32)]
    [InlineData("convnext_tiny", "features.3.1", 192)]
    [InlineData("convnextv2_atto", "stages.1", 80)]
    [InlineData("densenet121", "features.transition2", 256)]
    [InlineData("efficientnet_b0", "features.4", 80)]
    [InlineData("efficientnet_lite0", "blocks.4.0", 112)]
    [InlineData("googlenet", "maxpool3", 480)]
    [InlineData("inception_v3", "Mixed_5d", 288)]
    [InlineData("mnasnet0_5", "layers.9", 24)]
    [InlineData("mobilenetv1_025", "stage2.2", 128)]
    [InlineData("mobilenet_v2", "features.10", 64)]
    [InlineData("mobilenet_v3_small", "features.8", 48)]
    [InlineData("regnet_y_400mf", "trunk_output.block2", 104)]
    [InlineData("resnet18", "maxpool", 64)]
    [InlineData("resnet18", "layer3.0", 256)]
    [InlineData("shufflenet_v2_x0_5", "stage3", 96)]
    [InlineData("squeezenet1_1", "features.4", 128)]
    [InlineData("swin_t", "features.3.0", 192)]
    [InlineData("vgg11_bn", "features.10", 256)]
    [InlineData("vit_tiny_patch16_224", "blocks.2", 192)]
    public void A_network_ends_at_a_module_of_the_reference(string name, string module, int width)
    {
        using var whole = VisionBackbones.Create(name);
        using var backbone = VisionBackbones.Create(name);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (own, value) in backbone.Module.state_dict()) value.copy_(whole.Module.state_dict()[own]);

        backbone.UpTo(module).Should().BeSameAs(backbone);

        backbone.Info.FeatureSize.Should().Be(width);
        var names = backbone.Module.named_parameters().Select(entry => entry.name).ToList();
        names.Should().BeSubsetOf(whole.Module.named_parameters().Select(entry => entry.name)).And.HaveCountLessThan(
            whole.Module.named_parameters().Count());
        backbone.LayerGroups.Should().HaveCountLessThan(whole.LayerGroups.Count);
        whole.Module.eval();
        backbone.Module.eval();
        var size = name == "vit_tiny_patch16_224" ? 224 : 96;
        var images = rand(2, 3, size, size);
        var features = backbone.Module.call(images);
        features.shape.Should().Equal(2, width);
        // The stages before the last are those of the whole network.
        var shared = backbone.LayerGroups.Count - 1;
        backbone.Run(images, 0, shared).Values.Should().BeIdenticalTo(whole.Run(images, 0, shared).Values);
    }

    [Fact]
    public void A_module_of_a_sequence_can_be_taken_out_and_the_others_keep_their_names()
    {
        using var backbone = VisionBackbones.Create("resnet18").Without("layer4.1").Without("layer3.1");

        backbone.Info.FeatureSize.Should().Be(512);
        backbone.Module.state_dict().Keys.Should().Contain("layer4.0.conv1.weight").And.NotContain(name => name.StartsWith("layer4.1"));
        using var images = zeros(1, 3, 64, 64);
        using var logits = backbone.Module.call(images);
        logits.shape.Should().Equal(1, 1000);
    }

    [Fact]
    public void What_cannot_be_cut_is_refused_and_the_network_stays_as_it_was()
    {
        using var backbone = VisionBackbones.Create("resnet18");

        var within = () => backbone.UpTo("layer3.0.conv1");
        var unknown = () => backbone.Without("layer5");
        var classifier = () => backbone.UpTo("fc");

        within.Should().Throw<ArgumentException>().WithMessage(
            "ResNet cannot be cut off after 'layer3.0.conv1'.*layer1, layer2, layer3, layer4, layer1.0, *maxpool.");
        unknown.Should().Throw<ArgumentException>().WithMessage(
            "ResNet cannot be without 'layer5'. Did you mean 'layer*It can be with layer1, layer2, layer3, layer4, layer1.0, *");
        classifier.Should().Throw<ArgumentException>();
        backbone.Info.Configuration.Should().BeNull();
        backbone.LayerGroups.Should().HaveCount(5);
    }

    /// <summary>The reference has an activation or a pooling after these, which the stage computes with them.</summary>
    [Theory]
    [InlineData("resnet18", "bn1")]
    [InlineData("googlenet", "inception3b")]
    [InlineData("shufflenet_v2_x0_5", "conv1")]
    [InlineData("densenet121", "features.norm5")]
    public void What_a_stage_goes_on_after_without_a_name_is_no_end(string name, string module)
    {
        using var backbone = VisionBackbones.Create(name);
        backbone.Invoking(whole => whole.UpTo(module)).Should().Throw<ArgumentException>().WithMessage($"*cannot be cut off after '{module}'*");
        backbone.Module.training.Should().BeTrue();
    }

    [Fact]
    public void Shapes_that_no_longer_fit_are_named()
    {
        var cut = () => VisionBackbones.Create("resnet18").Without("layer2");

        cut.Should().Throw<ArgumentException>().WithMessage(
            "The network does not fit together without 'layer2': its stage 'stage3' (layer3) would get [1, 64, 56, 56] of an image of "
            + "224 x 224 pixels.*128*");
    }

    [Fact]
    public void A_model_on_a_cut_network_is_saved_with_its_cuts_and_opened_again()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "model.safetensors");
        using var model = VisionBackbones.Create("mobilenet_v3_small", input => input with { Height = 64, Width = 64, ResizeSize = 64 })
            .Without("features.10").UpTo("features.11").WithHead(new LinearHead(["cat", "dog"]), ownsBackbone: true);
        var image = new RgbImage(64, 64, Formula.Image("cut", 64, 64, 3));
        model.Eval();
        using var classifier = new ImageClassifier(model);

        model.Save(file);
        using var opened = VisionBackbones.OpenModel(file);

        opened.Backbone.Info.Configuration.ToString().Should().Be("""{"cuts":[{"without":"features.10"},{"upTo":"features.11"}]}""");
        opened.Backbone.Info.FeatureSize.Should().Be(96);
        using var again = new ImageClassifier(opened);
        again.Predict(image).Predictions.Should().Equal(classifier.Predict(image).Predictions);
    }
}
