namespace TransferLearning.Samples.Tests.Vgg16Cifar10;

/// <summary>The classic exercise from random weights, on a few images.</summary>
public sealed class Vgg16SampleTests : IDisposable
{
    private readonly SampleRun _sample = new("Vgg16Cifar10");

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void It_trains_a_cut_network_measures_it_and_opens_what_it_saved()
    {
        // CIFAR-10 with two images in each file: a label, and three planes of 32 x 32 bytes.
        Directory.CreateDirectory(_sample["cifar"]);
        var images = Enumerable.Range(0, 2).SelectMany(label => (byte[])[(byte)label, .. Enumerable.Repeat((byte)(200 * label), 3 * 32 * 32)]).ToArray();
        foreach (var file in (string[])[.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin"), "test_batch.bin"])
            File.WriteAllBytes(_sample[$"cifar/{file}"], images);
        File.WriteAllLines(_sample["cifar/batches.meta.txt"], ["dark", "light"]);

        var output = _sample.Run("cifar", "--scratch");

        output.Should().Contain("10 images to learn from, 2 to measure by, 2 classes.").And.Contain("Epoch 2 of 2")
            .And.MatchRegex(@"Accuracy on 2 test images: \d").And.MatchRegex(@"opened again: \d");
        File.Exists(_sample["output/vgg16.safetensors"]).Should().BeTrue();
    }
}
