using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.Vgg16Cifar10;

/// <summary>The classic exercise from random weights, on a few images.</summary>
public sealed class Vgg16SampleTests : IDisposable
{
    private readonly SampleRun _sample = new("Vgg16Cifar10");

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void It_trains_a_cut_network_measures_it_and_opens_what_it_saved()
    {
        foreach (var name in new[] { "bag", "coat" })
            foreach (var (part, from) in new[] { ("train", "train"), ("test", "validation") })
            {
                var folder = Directory.CreateDirectory(_sample[$"photos/{part}/{name}"]).FullName;
                var images = Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data", from, name);
                foreach (var file in Directory.GetFiles(images).Take(2)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

        var output = _sample.Run("photos", "--scratch");

        output.Should().Contain("4 images to learn from, 4 to measure by, 2 classes.").And.Contain("Epoch 2 of 2")
            .And.MatchRegex(@"Accuracy on 4 test images: \d").And.MatchRegex(@"\.png: (bag|coat) \d");
        File.Exists(_sample["output/vgg16.safetensors"]).Should().BeTrue();
    }
}
