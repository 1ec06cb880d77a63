using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Networks with formula weights against torchvision and timm.</summary>
public sealed class VisionBackboneGoldenTests
{
    // What the reference traces there is not what the group puts out: a norm without the activation after it, or a map before its norm.
    private static readonly string[] TracedElsewhere = ["conv_head", "features.norm5", "head.norm", "classifier.0"];

    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "alexnet", "vision/alexnet" },
        { "cifar_resnet20", "vision/cifar_resnet20" },
        { "cifar_resnet32", "vision/cifar_resnet32" },
        { "cifar_resnet44", "vision/cifar_resnet44" },
        { "cifar_resnet56", "vision/cifar_resnet56" },
        { "convnext_tiny", "vision/convnext_tiny" },
        { "convnextv2_atto", "vision/timm.convnextv2_atto" },
        { "deit_tiny_patch16_224", "vision/timm.deit_tiny_patch16_224" },
        { "densenet121", "vision/densenet121" },
        { "efficientnet_b0", "vision/efficientnet_b0" },
        { "efficientnet_lite0", "vision/timm.tf_efficientnet_lite0" },
        { "efficientnet_v2_s", "vision/efficientnet_v2_s" },
        { "googlenet", "vision/googlenet" },
        { "inception_v3", "vision/inception_v3" },
        { "mnasnet1_0", "vision/mnasnet1_0" },
        { "mobilenet_v2", "vision/mobilenet_v2" },
        { "mobilenet_v3_large", "vision/mobilenet_v3_large" },
        { "mobilenet_v3_small", "vision/mobilenet_v3_small" },
        { "mobilenetv1_025", "vision/mobilenetv1_025" },
        { "regnet_y_400mf", "vision/regnet_y_400mf" },
        { "resnet18", "vision/resnet18" },
        { "resnet34", "vision/resnet34" },
        { "resnet50", "vision/resnet50" },
        { "resnet50", "vision/timm.resnet50" },
        { "resnext50_32x4d", "vision/resnext50_32x4d" },
        { "shufflenet_v2_x1_0", "vision/shufflenet_v2_x1_0" },
        { "squeezenet1_1", "vision/squeezenet1_1" },
        { "swin_t", "vision/swin_t" },
        { "vgg11", "vision/vgg11" },
        { "vgg16", "vision/vgg16" },
        { "vgg16_bn", "vision/vgg16_bn" },
        { "vgg19_bn", "vision/vgg19_bn" },
        { "vit_b_16", "vision/vit_b_16" },
        { "wide_resnet50_2", "vision/wide_resnet50_2" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void State_dict_has_the_references_names_shapes_and_order(string name, string path)
    {
        using var backbone = VisionBackbones.Create(name);
        backbone.Module.state_dict()
            .Select(
                entry => $"{entry.Key} [{string.Join(',', entry.Value.shape)}] "
                    + $"{(entry.Value.dtype == ScalarType.Int64 ? "int64" : "float32")}")
            .Should().Equal(GoldenCase.Open(path).Parameters);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_features_and_stages_equal_the_references(string name, string path)
    {
        var golden = GoldenCase.Open(path);
        using var backbone = Filled(name, golden.Gain);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = golden.Input();

        backbone.Module.call(images).Should().BeWithin(golden.Tolerance, golden.Tensor("logits"));
        var features = ((IPretrainedBackbone)backbone).Extract(new TensorSet(images));
        CheckFeatures(golden, backbone, images, features);
        if (golden.Json.TryGetProperty("more", out var more))
            foreach (var other in more.EnumerateArray())
                backbone.Module.call(Formula.Input(other.GetProperty("input")))
                    .Should().BeWithin(
                        golden.Tolerance, golden.Tensor(other.GetProperty("logits").GetString()!), other.GetProperty("name").GetString()!);

        foreach (var (traced, output) in Traced(backbone, golden, images)) Check(traced, output);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layer_groups_are_the_references_without_the_head(string name, string path)
    {
        using var backbone = VisionBackbones.Create(name);
        var expected = GoldenCase.Open(path).Json.GetProperty("layer_groups").EnumerateObject().Where(group => group.Name != "head");

        backbone.LayerGroups.Select(group => (group.Name, string.Join(' ', group.Prefixes)))
            .Should().Equal(
                expected.Select(group => (group.Name, string.Join(' ', group.Value.EnumerateArray().Select(p => p.GetString())))));
        var classifier = GoldenCase.Open(path).Json.GetProperty("classifier").GetString();
        backbone.Module.named_parameters().Where(p => !backbone.LayerGroups.Any(group => group.Owns(p.name))).Select(p => p.name)
            .Should().Equal($"{classifier}.weight", $"{classifier}.bias");
    }

    [Fact]
    public void Training_mode_normalises_by_the_batch_and_moves_the_running_statistics()
    {
        var golden = GoldenCase.Open("vision/resnet18_train_mode");
        using var backbone = Filled("resnet18", golden.Gain);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = golden.Input();

        backbone.Module.train();
        backbone.Module.call(images).Should().BeWithin(golden.Tolerance, golden.Tensor("logits"));
        var state = backbone.Module.state_dict();
        foreach (var name in golden.Json.GetProperty("output").GetProperty("running").EnumerateObject().Select(running => running.Name))
            state[name].Should().BeWithin(golden.Tolerance, golden.Tensor(name), name);
        state.Where(entry => entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Should()
            .OnlyContain(entry => entry.Value.item<long>() == 1);

        backbone.Module.eval();
        backbone.Module.call(images).Should().BeWithin(golden.Tolerance, golden.Tensor("eval_logits_after"));
    }

    private static VisionBackbone Filled(string name, double gain)
    {
        var backbone = VisionBackbones.Create(name);
        Formula.FillModule(backbone.Module, gain);
        backbone.Module.eval();
        return backbone;
    }

    /// <summary>The outputs of the stages that the case traces.</summary>
    private static IEnumerable<(JsonElement Expected, Tensor Output)> Traced(VisionBackbone backbone, GoldenCase golden, Tensor images)
    {
        foreach (var (i, traced) in golden.Json.GetProperty("trace").EnumerateArray().Index())
            if (!TracedElsewhere.Contains(traced.GetProperty("after").GetString())
                && !(i == 0 && backbone.Info.Id.StartsWith("cifar", StringComparison.Ordinal)))
                yield return (traced, backbone.Run(new TensorSet(images), 0, i + 1).Values);
    }

    /// <summary>Wide features are given by their sum and first values alone.</summary>
    private static void CheckFeatures(GoldenCase golden, VisionBackbone backbone, Tensor images, Tensor features)
    {
        var (expected, tolerance) = (
            golden.Json.GetProperty("output").GetProperty("features"), golden.Json.GetProperty("features_tolerance").GetDouble());
        if (expected.TryGetProperty("tensor", out var name))
        {
            features.Should().BeWithin(tolerance, golden.Tensor(name.GetString()!));
            return;
        }
        long[] shape = [.. expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        // SqueezeNet's classifier reads the map.
        if (shape.Length == 4) features = backbone.Run(images, 0, backbone.LayerGroups.Count).Values;
        features.shape.Should().Equal(shape);
        features.mean().item<float>().Should().BeApproximately(expected.GetProperty("mean").GetSingle(), 1e-4f);
        features.std(unbiased: false).item<float>().Should().BeApproximately(expected.GetProperty("std").GetSingle(), 1e-4f);
        float[] first = [.. expected.GetProperty("first").EnumerateArray().Select(value => value.GetSingle())];
        features.flatten().slice(0, 0, first.Length, 1).Should().BeWithin(tolerance, tensor(first));
    }

    private static void Check(JsonElement expected, Tensor output)
    {
        var after = expected.GetProperty("after").GetString();
        output.shape.Should().Equal(expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), after);
        output.mean().item<float>().Should().BeApproximately(expected.GetProperty("mean").GetSingle(), 1e-4f, after);
        output.std(unbiased: false).item<float>().Should().BeApproximately(expected.GetProperty("std").GetSingle(), 1e-4f, after);
    }
}
