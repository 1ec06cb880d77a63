using System.Globalization;
using System.Text.RegularExpressions;
using TransferLearning.Vision;

namespace TransferLearning.Docs.Tests;

/// <summary>docs/backbones.md lists the networks that there are, with their sizes.</summary>
public partial class BackbonesPageTests
{
    private static readonly Page Page = Page.All.Single(page => page.Name == "docs/backbones.md");

    [Fact]
    public void The_page_lists_every_network_once() =>
        Row().Matches(Page.Prose).Select(row => row.Groups["name"].Value).Should().BeEquivalentTo(VisionBackbones.Names);

    [Theory]
    [InlineData("efficientnet_lite0")]
    [InlineData("resnet18")]
    [InlineData("vit_tiny_patch16_224")]
    public void The_page_gives_a_networks_size_and_features(string name)
    {
        var row = Row().Matches(Page.Prose).Single(row => row.Groups["name"].Value == name);
        using var backbone = VisionBackbones.Create(name);

        row.Groups["weights"].Value.Should().Be(
            (backbone.Module.parameters().Sum(parameter => parameter.numel()) / 1e6).ToString("F1", CultureInfo.InvariantCulture));
        row.Groups["features"].Value.Should().Be(backbone.Info.FeatureSize.ToString(CultureInfo.InvariantCulture));
        row.Groups["pixels"].Value.Should().Be(((ImageSpec)backbone.Info.Input!).Height.ToString(CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<weights>[\d.]+) \| (?<features>\d+) \| (?<pixels>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
