using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests.Inference;

/// <summary>LoRA on the convolutions of the real EfficientNet-Lite0.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class LoraTests
{
    [Fact]
    public void Convolutions_take_it_and_an_adapter_with_its_head_is_a_small_file_that_becomes_the_model_again()
    {
        using var folder = new TemporaryFolder();
        var data = ImageDataset.FromImages(Enumerable.Range(0, 8).Select(i => (Picture(i), i % 2 == 0 ? "dark" : "light")));
        using var model = VisionBackbones.Load("efficientnet_lite0").WithHead(
            new LinearHead(data.Targets.Names) { Seed = 0 }, ownsBackbone: true);
        var file = Path.Combine(folder.Path, "adapter.safetensors");
        var whole = Path.Combine(folder.Path, "model.safetensors");

        var report = new Trainer(
            new TrainerOptions { Epochs = 3, BatchSize = 8, Optimizer = new AdamW(2e-3), Device = CPU },
            new LoraFineTuning(new LoraOptions { Rank = 2, TargetModules = ["conv_pw", "conv_pwl"] })).Fit(model, data);
        model.SaveAdapter(file);
        model.Save(whole);

        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss);
        new FileInfo(file).Length.Should().BeLessThan(new FileInfo(whole).Length / 20);
        using var expected = new ImageClassifier(model);
        using var reopened = ImageClassifier.Load(file);
        var (answer, same) = (expected.Predict(Picture(0)), reopened.Predict(Picture(0)));
        same.Predictions.Should().Equal(answer.Predictions);
        ((Lora)model.Adapters.Single()).Merge();
        expected.Predict(Picture(0)).Best.Probability.Should().BeApproximately(answer.Best.Probability, 1e-4);
    }

    private static RgbImage Picture(int number) =>
        new(64, 64, [.. Enumerable.Range(0, 64 * 64 * 3).Select(i => (byte)((number % 2 == 0 ? 20 : 180) + (i * (number + 3)) % 60))]);
}
