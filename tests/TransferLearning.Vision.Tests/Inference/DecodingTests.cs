using SkiaSharp;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>A model decodes at prediction as at training, also after it was saved.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class DecodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Hidden_colours_are_seen_after_loading_as_in_training()
    {
        // Over white both would be alike: a red that is covered, and a white.
        byte[][] pictures = [Picture(new SKColor(200, 0, 0, 1)), Picture(new SKColor(254, 254, 254))];
        using var backbone = VisionBackbones.Load(
            "efficientnet_lite0", input: input => input with { Height = 64, Width = 64, ResizeSize = 64, Decoding = new() { Background = null } });
        var data = ImageDataset.FromBytes(Enumerable.Range(0, 8).Select(i => (pictures[i % 2], i % 2 == 0 ? "red" : "white")));
        using var trained = backbone.WithHead(new LinearHead(data.Targets.Names));
        new LinearProbe(new LinearProbeOptions { C = 1, Device = CPU }).Fit(trained, data);
        trained.Save(_folder.File("model.safetensors"));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var batch = data.Subset([0, 1]).Prepare(backbone.Info.Input).Load([0, 1], default);
        var before = trained.Forward(batch.Input).Values.softmax(1)[TensorIndex.Colon, 0].data<float>().ToArray();
        before[0].Should().BeGreaterThan(0.9f);

        using var loaded = ImageClassifier.Load(_folder.File("model.safetensors"), CPU);
        foreach (var (picture, expected) in pictures.Zip(before))
        {
            var answers = new[] { loaded.Predict(picture), loaded.Predict(new MemoryStream(picture)),
                loaded.Predict(_folder.Write("picture.png", picture)), loaded.Predict([_folder.File("picture.png")]).Single() };
            answers.Should().OnlyContain(
                answer => Math.Abs(answer.Predictions.Single(one => one.Label == "red").Probability - expected) < 1e-5);
        }

        // Saved again it is the same: what it wants of images, and where its weights came from.
        loaded.Save(_folder.File("again.safetensors"));
        File.ReadAllBytes(_folder.File("again.safetensors")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.File("model.safetensors")))
            .Should().BeTrue();
    }

    [Fact]
    public void The_input_of_a_network_is_chosen_when_it_is_loaded()
    {
        using var own = VisionBackbones.Load("efficientnet_lite0");
        using var larger = VisionBackbones.Load(
            "efficientnet_lite0", input: input => input with { Height = 256, Width = 256, ResizeSize = 292 });
        larger.Info.Input.Should().Be((ImageSpec)own.Info.Input! with { Height = 256, Width = 256, ResizeSize = 292 });
    }

    private static byte[] Picture(SKColor color)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(64, 64, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var i = 0; i < 64 * 64; i++) bitmap.SetPixel(i % 64, i / 64, color);
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }
}
