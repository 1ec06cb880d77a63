using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>Published files of other projects, loaded by the names of this library.</summary>
public sealed class RealCheckpointTests
{
    [SkippableTheory]
    [InlineData("cifar_resnet20", "resnet-cifar10-akamaster/resnet20-12fca82f.th", 10)]
    [InlineData("cifar_resnet32", "resnet-cifar10-akamaster/resnet32-d509ac18.th", 10)]
    [InlineData("mobilenetv1_025", "mobilenetv1-0.25-imagenet-retinaface/mobilenetV1X0.25_pretrain.tar", 1000)]
    public void A_published_file_gives_the_references_logits(string name, string file, int classes)
    {
        var golden = GoldenCase.Open($"vision/{name}_real");
        using var backbone = VisionBackbones.Load(name, TestFiles.Data($"checkpoints/{file}"));
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        var logits = backbone.Module.call(golden.Input());

        logits.shape.Should().Equal(2, classes);
        logits.Should().BeWithin(golden.Tolerance, golden.Tensor("logits"));
    }

    [SkippableFact]
    public void Photographs_give_the_references_features_and_logits()
    {
        var golden = GoldenCase.Open("images/lite0_photos");
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = Pixels(
            (ImageSpec)backbone.Info.Input!,
            [.. golden.Json.GetProperty("input").EnumerateArray().Select(photo => GoldenImages.DataFile(photo.Text("file")))]);
        var tolerance = golden.Json.GetProperty("tolerance");

        backbone.Module.call(images).Should().BeWithin(tolerance.GetProperty("logits").GetDouble(), golden.Tensor("logits"));

        var hidden = backbone.LayerGroups.Aggregate(new TensorSet(images), (input, group) => group.Forward(input));
        backbone.Pool(hidden).Should().BeWithin(tolerance.GetProperty("features").GetDouble(), golden.Tensor("features"));
    }

    [SkippableFact]
    public void ResNet_20_is_right_for_the_photographs_that_the_reference_is_right_for()
    {
        var photos = ImageFolder.Open(TestFiles.Data("cifar10/test"));
        using var backbone = VisionBackbones.Load(
            "cifar_resnet20", TestFiles.Data("checkpoints/resnet-cifar10-akamaster/resnet20-12fca82f.th"));
        using var scope = NewDisposeScope();
        using var _ = no_grad();

        var answers = backbone.Module.call(Pixels((ImageSpec)backbone.Info.Input!, photos.Names)).argmax(1).data<long>().ToArray();

        var right = answers.Zip(((ClassTargets)photos.Targets).Indices).Count(pair => pair.First == pair.Second);
        right.Should().Be(795, "the reference is right for 79.5 % of {0}", photos.Count);
    }

    private static Tensor Pixels(ImageSpec input, IReadOnlyList<string> files)
    {
        var (transform, normalizer) = (new EvaluationTransform(input), new PixelNormalizer(input));
        var images = zeros(files.Count, 3, input.Height, input.Width);
        foreach (var (i, path) in files.Index())
        {
            var values = new float[3 * input.Height * input.Width];
            normalizer.Write(transform.Apply(ImageDecoder.Decode(path)), values);
            images[i] = tensor(values).view(3, input.Height, input.Width);
        }
        return images;
    }
}
