using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[Collection(nameof(TorchGenerator))]
public sealed class VisionBackbonesTests
{
    public static TheoryData<string, long, int> Networks { get; } = new()
    {
        { "efficientnet_lite0", 4_652_008, 1280 },
        { "efficientnet_lite1", 5_416_680, 1280 },
        { "efficientnet_lite2", 6_092_072, 1280 },
        { "efficientnet_lite3", 8_197_096, 1280 },
        { "efficientnet_lite4", 13_006_568, 1280 },
        { "resnet18", 11_689_512, 512 },
        { "resnet34", 21_797_672, 512 },
        { "resnet50", 25_557_032, 2048 },
        { "resnet101", 44_549_160, 2048 },
        { "resnet152", 60_192_808, 2048 },
    };

    public static TheoryData<string> OfEachFamily { get; } = 
    [
        "efficientnet_lite0", "resnet18", "resnet50", "resnext50_32x4d", "alexnet", "cifar_resnet20", "convnext_tiny", "convnextv2_atto",
        "densenet121", "efficientnet_b0", "efficientnet_v2_s", "googlenet", "inception_v3", "mnasnet0_5", "mobilenetv1_025", "mobilenet_v2",
        "mobilenet_v3_small", "regnet_x_400mf", "regnet_y_400mf", "shufflenet_v2_x0_5", "squeezenet1_0", "swin_t", "vgg11_bn",
        "vit_tiny_patch16_224",
    ];

    [Fact]
    public void Names_are_all_different_and_each_can_be_built()
    {
        VisionBackbones.Names.Should().OnlyHaveUniqueItems().And.Contain(Networks.Select(row => (string)row[0]));
        foreach (var name in VisionBackbones.Names) VisionBackbones.Find(name)!.Build().Dispose();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_network_has_its_published_size_and_treats_images_alone(string name, long parameters, int features)
    {
        using var backbone = VisionBackbones.Create(name);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        backbone.Module.eval();

        backbone.Info.Should().BeEquivalentTo(new { Id = name, FeatureSize = features, Weights = (object?)null });
        backbone.Module.parameters().Sum(parameter => parameter.numel()).Should().Be(parameters);

        var images = rand(2, 3, 40, 33);
        var logits = backbone.Module.call(images);
        logits.shape.Should().Equal(2, 1000);
        var alone = cat([backbone.Module.call(images[..1]), backbone.Module.call(images[1..])]);
        ShouldEqual(alone, logits);
    }

    [Theory]
    [MemberData(nameof(OfEachFamily))]
    public void Layer_groups_then_the_classifier_is_the_module(string name)
    {
        using var backbone = VisionBackbones.Create(name);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        backbone.Module.eval();
        var images = Images(name);

        var hidden = new TensorSet(images);
        for (var group = 0; group < backbone.LayerGroups.Count; group++) hidden = backbone.Run(hidden, group, group + 1);
        var features = backbone.Pool(hidden);

        features.shape.Should().Equal(2, backbone.Info.FeatureSize);
        using var alone = VisionBackbones.Find(name)!.Build();
        alone.load_state_dict(backbone.Module.state_dict());
        alone.eval();
        ShouldEqual(alone.call(images), backbone.Module.call(images));
        // SqueezeNet's classifier reads the map.
        if (!name.StartsWith("squeezenet", StringComparison.Ordinal))
            ShouldEqual(alone.Classifier.call(features), backbone.Module.call(images));
    }

    [Theory]
    [MemberData(nameof(OfEachFamily))]
    public void Forward_leaves_no_tensor_but_its_result(string name)
    {
        using var backbone = VisionBackbones.Create(name);
        using var images = Images(name);
        backbone.Module.eval();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (backbone.Module.call(images))
            (DisposeScopeManager.Statistics.ThreadTotalLiveCount - before).Should().Be(1);

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Theory]
    [MemberData(nameof(OfEachFamily))]
    public void Every_parameter_gets_a_gradient_and_the_images_stay_as_they_are(string name)
    {
        using var backbone = VisionBackbones.Create(name);
        using var scope = NewDisposeScope();
        var images = Images(name);
        var original = images.clone();

        backbone.Module.call(images).square().sum().backward();

        backbone.Module.named_parameters().Where(p => p.parameter.grad is not { } gradient || !gradient.isfinite().all().item<bool>())
            .Select(p => p.name).Should().BeEmpty();
        images.equal(original).all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(OfEachFamily))]
    public void A_network_moves_to_another_type(string name)
    {
        using var backbone = VisionBackbones.Create(name);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        backbone.Module.to(float64).eval();

        ((nn.Module<Tensor, Tensor>)backbone.Module).call(Images(name).to_type(float64)).dtype.Should().Be(float64);
    }

    [Fact]
    public void Initial_weights_follow_torchs_seed_and_the_references_spread()
    {
        using var first = Seeded("efficientnet_lite0", 5);
        using var same = Seeded("efficientnet_lite0", 5);
        using var other = Seeded("efficientnet_lite0", 6);
        using var scope = NewDisposeScope();

        Weight(first, "conv_head.weight").equal(Weight(same, "conv_head.weight")).all().item<bool>().Should().BeTrue();
        Weight(first, "conv_head.weight").equal(Weight(other, "conv_head.weight")).any().item<bool>().Should().BeFalse();
        Deviation(first, "conv_head.weight").Should().BeApproximately(Math.Sqrt(2.0 / 1280), 1e-4);
        Deviation(first, "blocks.5.1.conv_dw.weight").Should()
            .BeApproximately(Math.Sqrt(2.0 / 25), 1e-2, "a depthwise convolution has a fan-out of one kernel");
        Weight(first, "classifier.weight").abs().max().item<float>().Should().BeInRange(0.99f / MathF.Sqrt(1000), 1 / MathF.Sqrt(1000));
        Weight(first, "classifier.bias").abs().max().item<float>().Should().Be(0);
    }

    [Fact]
    public void Networks_say_how_they_want_images()
    {
        Spec("efficientnet_lite0").Should().Be(new ImageSpec { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] });
        Spec("efficientnet_lite4").Should().Be(new ImageSpec
        {
            Height = 380, Width = 380, ResizeSize = 413, Interpolation = Interpolation.Bilinear, Mean = [0.5f, 0.5f, 0.5f],
                Std = [0.5f, 0.5f, 0.5f],
        });
        Spec("resnet50").Should().Be(new ImageSpec { Interpolation = Interpolation.Bilinear });

        static InputSpec Spec(string name)
        {
            using var backbone = VisionBackbones.Create(name);
            return backbone.Info.Input!;
        }
    }

    [Fact]
    public void The_references_name_is_an_alias()
    {
        using var backbone = VisionBackbones.Create("tf_efficientnet_lite0");
        backbone.Info.Id.Should().Be("efficientnet_lite0");
    }

    [Theory]
    [InlineData("resnet51", "resnet50")]
    [InlineData("EfficientNet_lite3", "efficientnet_lite3")]
    public void An_unknown_name_gets_the_nearest_and_all_families(string name, string nearest) =>
        FluentActions.Invoking(() => VisionBackbones.Create(name)).Should().Throw<ArgumentException>()
            .WithMessage($"There is no vision backbone '{name}'. Did you mean '{nearest}'? "
                + "VisionBackbones.Names lists the networks of EfficientNet-Lite, EfficientNet, ResNet, *, VGG, AlexNet*.*");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_name_is_needed(string? name) =>
        FluentActions.Invoking(() => VisionBackbones.Create(name!)).Should().Throw<ArgumentException>();

    /// <summary>Images as small as the network takes them; not square where it may be.</summary>
    private static Tensor Images(string name) => name switch
    {
        "vit_tiny_patch16_224" => rand(2, 3, 224, 224),
        "inception_v3" => rand(2, 3, 112, 96),
        _ => rand(2, 3, 72, 64),
    };

    private static VisionBackbone Seeded(string name, long seed)
    {
        manual_seed(seed);
        return VisionBackbones.Create(name);
    }

    private static Tensor Weight(VisionBackbone backbone, string name) => backbone.Module.state_dict()[name].detach();

    private static double Deviation(VisionBackbone backbone, string name) => Weight(backbone, name).std().item<float>();

    /// <summary>Equal but for rounding: batches of another size may be summed in another order.</summary>
    private static void ShouldEqual(Tensor actual, Tensor expected) =>
        (actual - expected).abs().max().item<float>().Should().BeLessThanOrEqualTo(1e-4f * expected.abs().max().item<float>());
}
