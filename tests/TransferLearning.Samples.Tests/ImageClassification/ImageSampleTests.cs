using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.ImageClassification;

/// <summary>The image sample on a few images of one's own; on its own data the consumer check runs it.</summary>
public sealed class ImageSampleTests : IDisposable
{
    private readonly SampleRun _sample = new("ImageClassification");

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void It_learns_from_a_folder_and_writes_model_and_report()
    {
        foreach (var name in new[] { "bag", "coat" })
        {
            var folder = Directory.CreateDirectory(_sample[$"photos/{name}"]).FullName;
            foreach (
                var file in Directory.GetFiles(Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data", "train", name)).Take(5))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var output = _sample.Run("photos");

        output.Should().Contain("8 images to learn from, 2 to measure by, 2 classes.").And.Contain("Epoch 30 of 30").And.Contain("Accuracy")
            .And.MatchRegex(@"\.png: (bag|coat) \d");
        Directory.GetFiles(_sample["output"]).Select(Path.GetFileName).Should().BeEquivalentTo("images.safetensors", "images.json");
        TrainingReport.Load(_sample["output/images.json"]).TrainCount.Should().Be(8);
    }
}
