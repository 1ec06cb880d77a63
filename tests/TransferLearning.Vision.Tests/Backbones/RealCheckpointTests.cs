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
    public void ResNet_20_is_right_for_the_photographs_that_the_reference_is_right_for()
    {
        var photos = ImageFolder.Open(TestFiles.Data("cifar10/test"));
        using var backbone = VisionBackbones.Load(
            "cifar_resnet20", TestFiles.Data("checkpoints/resnet-cifar10-akamaster/resnet20-12fca82f.th"));
        var input = (ImageSpec)backbone.Info.Input!;
        var (transform, normalizer) = (new EvaluationTransform(input), new PixelNormalizer(input));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var images = zeros(photos.Count, 3, 32, 32);
        foreach (var (i, path) in photos.Names.Index())
        {
            var values = new float[3 * 32 * 32];
            normalizer.Write(transform.Apply(ImageDecoder.Decode(path)), values);
            images[i] = tensor(values).view(3, 32, 32);
        }

        var answers = backbone.Module.call(images).argmax(1).data<long>().ToArray();

        var right = answers.Zip(((ClassTargets)photos.Targets).Indices).Count(pair => pair.First == pair.Second);
        right.Should().Be(795, "the reference is right for 79.5 % of {0}", photos.Count);
    }
}
