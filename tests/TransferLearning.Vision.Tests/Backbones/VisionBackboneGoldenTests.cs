using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Networks with formula weights against torchvision and timm.</summary>
public sealed class VisionBackboneGoldenTests
{
    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "resnet18", "vision/resnet18" },
        { "resnet34", "vision/resnet34" },
        { "resnet50", "vision/resnet50" },
        { "resnet50", "vision/timm.resnet50" },
        { "efficientnet_lite0", "vision/timm.tf_efficientnet_lite0" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void State_dict_has_the_references_names_shapes_and_order(string name, string path)
    {
        using var backbone = VisionBackbones.Create(name);
        backbone.Module.state_dict()
            .Select(entry => $"{entry.Key} [{string.Join(',', entry.Value.shape)}] {(entry.Value.dtype == ScalarType.Int64 ? "int64" : "float32")}")
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
        features.Should().BeWithin(golden.Json.GetProperty("features_tolerance").GetDouble(), golden.Tensor("features"));
        if (golden.Json.TryGetProperty("more", out var more))
            foreach (var other in more.EnumerateArray())
                backbone.Module.call(Formula.Input(other.GetProperty("input")))
                    .Should().BeWithin(golden.Tolerance, golden.Tensor(other.GetProperty("logits").GetString()!), other.GetProperty("name").GetString()!);

        foreach (var (traced, output) in Traced(backbone, golden, images)) Check(traced, output);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layer_groups_are_the_references_without_the_head(string name, string path)
    {
        using var backbone = VisionBackbones.Create(name);
        var expected = GoldenCase.Open(path).Json.GetProperty("layer_groups").EnumerateObject().Where(group => group.Name != "head");

        backbone.LayerGroups.Select(group => (group.Name, string.Join(' ', group.Prefixes)))
            .Should().Equal(expected.Select(group => (group.Name, string.Join(' ', group.Value.EnumerateArray().Select(p => p.GetString())))));
        backbone.Module.named_parameters().Where(p => !backbone.LayerGroups.Any(group => group.Owns(p.name))).Select(p => p.name.Split('.')[0])
            .Should().HaveCount(2).And.AllBe(GoldenCase.Open(path).Json.GetProperty("classifier").GetString());
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
        state.Where(entry => entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Should().OnlyContain(entry => entry.Value.item<long>() == 1);

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

    /// <summary>The outputs of the stages that the case traces (its last one lies before the last norm in EfficientNet).</summary>
    private static IEnumerable<(JsonElement Expected, Tensor Output)> Traced(VisionBackbone backbone, GoldenCase golden, Tensor images)
    {
        var trace = golden.Json.GetProperty("trace").EnumerateArray().Where(t => t.GetProperty("after").GetString() != "conv_head").ToArray();
        for (var i = 0; i < trace.Length; i++) yield return (trace[i], backbone.Run(new TensorSet(images), 0, i + 1).Values);
    }

    private static void Check(JsonElement expected, Tensor output)
    {
        var after = expected.GetProperty("after").GetString();
        output.shape.Should().Equal(expected.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), after);
        output.mean().item<float>().Should().BeApproximately(expected.GetProperty("mean").GetSingle(), 1e-4f, after);
        output.std(unbiased: false).item<float>().Should().BeApproximately(expected.GetProperty("std").GetSingle(), 1e-4f, after);
    }
}
