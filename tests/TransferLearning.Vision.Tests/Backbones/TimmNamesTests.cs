using System.Text.Json;
using System.Text.RegularExpressions;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Files with timm's names load into networks with torchvision's, by the renames that the reference has proven.</summary>
public sealed class TimmNamesTests : IDisposable
{
    private static readonly JsonElement[] Pairs = [.. GoldenCase.Open("vision/keymap").Json.GetProperty("pairs").EnumerateArray()
        .Where(pair => VisionBackbones.Names.Contains(pair.GetProperty("torchvision").GetString()))];

    private readonly TemporaryFolder _folder = new();

    // Of those timm's networks have another epsilon, which no file tells.
    public static TheoryData<string> Networks { get; } = [.. Pairs.Select(pair => pair.GetProperty("torchvision").GetString()!)
        .Where(name => !name.StartsWith("mobilenet_v3", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_file_with_timms_names_gives_the_same_weights(string name)
    {
        using var backbone = VisionBackbones.Create(name);
        var file = Path.Combine(_folder.Path, "timm.safetensors");
        using var scope = NewDisposeScope();
        Safetensors.Write(file, backbone.Module.state_dict().Where(entry => !IsComputed(entry.Key)).ToDictionary(
            entry => Timm(name, entry.Key), entry => Reshaped(name, entry.Key, entry.Value)));

        using var loaded = VisionBackbones.Load(name, file);

        var original = backbone.Module.state_dict();
        loaded.LoadReport!.HeadSkipped.Should().BeEmpty();
        foreach (var (key, value) in loaded.Module.state_dict()) value.Should().BeIdenticalTo(original[key], key);
    }

    [Fact]
    public void A_head_of_other_classes_is_left_out_under_its_other_name()
    {
        using var backbone = VisionBackbones.Create("regnet_y_400mf");
        var file = Path.Combine(_folder.Path, "timm.safetensors");
        using var scope = NewDisposeScope();
        Safetensors.Write(file, backbone.Module.state_dict().ToDictionary(
            entry => Timm("regnet_y_400mf", entry.Key), entry => entry.Key.StartsWith("fc.", StringComparison.Ordinal) ? entry.Value[..5] : entry.Value));

        using var loaded = VisionBackbones.Load("regnet_y_400mf", file);

        loaded.LoadReport!.HeadSkipped.Should().BeEquivalentTo("fc.weight", "fc.bias");
    }

    private static bool IsComputed(string name) => name.EndsWith("relative_position_index", StringComparison.Ordinal);

    private static JsonElement Pair(string network) => Pairs.Single(pair => pair.GetProperty("torchvision").GetString() == network);

    private static string Timm(string network, string name) => Pair(network).GetProperty("rules").EnumerateArray()
        .Aggregate(name, (renamed, rule) => Regex.Replace(renamed, rule[0].GetString()!, rule[1].GetString()!));

    private static Tensor Reshaped(string network, string name, Tensor value) =>
        name.EndsWith("layer_scale", StringComparison.Ordinal) ? value.reshape(-1)
        : Pair(network).GetProperty("reshaped").EnumerateArray()
            .Where(row => row.ValueKind == JsonValueKind.Array && row[0].GetString() == name)
            .Select(row => value.reshape([.. row[3].EnumerateArray().Select(d => d.GetInt64())])).FirstOrDefault() ?? value;
}
