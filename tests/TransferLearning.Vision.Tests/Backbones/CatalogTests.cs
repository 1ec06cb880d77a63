using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

/// <summary>Every variant of every family against the reference's catalogue: sizes, weight files, and how these want images.</summary>
public sealed class CatalogTests
{
    private static readonly JsonElement Catalog = GoldenCase.Open("vision/catalog").Json;

    public static TheoryData<string> Names { get; } = [.. Catalog.GetProperty("models").EnumerateArray()
        .Select(row => row.GetProperty("id").GetString()!).Where(VisionBackbones.Names.Contains)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_has_the_size_and_the_published_weights_of_the_reference(string name)
    {
        var row = Catalog.GetProperty("models").EnumerateArray().Single(row => row.GetProperty("id").GetString() == name);
        var entry = VisionBackbones.Find(name)!;

        // Nothing is drawn, so that the memory of the largest is never touched.
        using var network = entry.Build();
        network.parameters().Sum(parameter => parameter.numel()).Should().Be(row.GetProperty("parameters").GetInt64());
        network.state_dict().Should().HaveCount(row.GetProperty("state_dict_entries").GetInt32());
        network.ClassifierName.Should().Be(row.GetProperty("classifier").GetString());
        network.FeatureSize.Should().Be(row.GetProperty("feature_dim").GetInt32());

        var weights = row.GetProperty("weights").EnumerateArray()
            .Single(weights => weights.GetProperty("file").GetString() == entry.Weights.TorchFile);
        var input = entry.Input;
        (input.ResizeSize, input.Height, input.Width).Should().Be(
            (weights.GetProperty("resize").GetInt32(), weights.GetProperty("crop").GetInt32(), weights.GetProperty("crop").GetInt32()));
        $"{input.Interpolation}".Should().BeEquivalentTo(weights.GetProperty("interpolation").GetString());
        entry.Licence.Should().BeEquivalentTo(weights.GetProperty("licence").GetString());
        // Those two convert inside what the reference's transforms have normalised otherwise.
        if (name is "googlenet" or "inception_v3") return;
        input.Mean.Should().Equal(weights.GetProperty("mean").EnumerateArray().Select(value => value.GetSingle()));
        input.Std.Should().Equal(weights.GetProperty("std").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public void The_catalogue_is_nearly_covered() =>
        Catalog.GetProperty("models").EnumerateArray().Select(row => row.GetProperty("id").GetString()).Except(VisionBackbones.Names)
            .Should().BeEquivalentTo("maxvit_t", "swin_v2_b", "swin_v2_s", "swin_v2_t", "vit_h_14");
}
