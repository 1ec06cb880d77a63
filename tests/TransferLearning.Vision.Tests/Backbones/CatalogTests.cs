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

        var published = row.GetProperty("weights").EnumerateArray().Where(IsBuilt).ToList();
        var listed = VisionBackbones.List().Single(network => network.Id == name).Weights;
        listed[0].Name.Should().Be(entry.WeightsName);
        listed.Select(weights => weights.Name).Should().BeEquivalentTo(published.Select(weights => weights.GetProperty("name").GetString()));
        foreach (var weights in listed) Compare(name, weights, published.Single(row => row.GetProperty("name").GetString() == weights.Name));
    }

    [Fact]
    public void The_catalogue_is_nearly_covered() =>
        Catalog.GetProperty("models").EnumerateArray().Select(row => row.GetProperty("id").GetString()).Except(VisionBackbones.Names)
            .Should().BeEquivalentTo("maxvit_t", "swin_v2_b", "swin_v2_s", "swin_v2_t", "vit_h_14");

    [Fact]
    public void Weights_of_timm_have_its_tag_accuracy_and_licence()
    {
        var rows = Catalog.GetProperty("timm_models").EnumerateArray().ToDictionary(row => row.GetProperty("hub_id").GetString()!);
        var listed = VisionBackbones.List().SelectMany(network => network.Weights)
            .Where(weights => weights.Request.TorchFile is null && rows.ContainsKey(weights.Request.Repository!)).ToList();
        listed.Should().HaveCount(16);
        foreach (var weights in listed)
        {
            var row = rows[weights.Request.Repository!];
            weights.Request.Repository.Should().EndWith($".{weights.Name}");
            weights.Top1.Should().Be(row.GetProperty("top1").GetDouble());
            weights.Licence.Should().BeEquivalentTo(row.GetProperty("licence").GetString());
            weights.Input.Height.Should().Be(row.GetProperty("size").GetInt32());
        }
    }

    [Fact]
    public void Every_network_is_listed_with_its_family_and_weights_of_different_names()
    {
        var listed = VisionBackbones.List();
        listed.Select(network => network.Id).Should().Equal(VisionBackbones.Names);
        listed.Should().OnlyContain(network => network.Weights.Count > 0 && network.Family.Length > 0);
        listed.Should().OnlyContain(network => network.Weights.DistinctBy(weights => weights.Name).Count() == network.Weights.Count);
    }

    // Transformers have no places for larger images, and in the features of VGG the hidden layers are no numbers.
    private static bool IsBuilt(JsonElement weights) =>
        weights.GetProperty("file").GetString() is not ("vit_b_16_swag-9ac1b537.pth" or "vit_l_16_swag-4f3808c9.pth")
        && weights.GetProperty("name").GetString() != "IMAGENET1K_FEATURES";

    private static void Compare(string name, PublishedWeights listed, JsonElement weights)
    {
        listed.Request.TorchFile.Should().Be(weights.GetProperty("file").GetString());
        listed.Top1.Should().Be(weights.GetProperty("top1").GetDouble());
        var input = listed.Input;
        (input.ResizeSize, input.Height, input.Width).Should().Be(
            (weights.GetProperty("resize").GetInt32(), weights.GetProperty("crop").GetInt32(), weights.GetProperty("crop").GetInt32()));
        $"{input.Interpolation}".Should().BeEquivalentTo(weights.GetProperty("interpolation").GetString());
        listed.Licence.Should().BeEquivalentTo(weights.GetProperty("licence").GetString());
        // Those two convert inside what the reference's transforms have normalised otherwise.
        if (name is "googlenet" or "inception_v3") return;
        input.Mean.Should().Equal(weights.GetProperty("mean").EnumerateArray().Select(value => value.GetSingle()));
        input.Std.Should().Equal(weights.GetProperty("std").EnumerateArray().Select(value => value.GetSingle()));
    }
}
