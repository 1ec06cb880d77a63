using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using TransferLearning.TestKit;
using TransferLearning.Text;
using TransferLearning.Vision;

namespace TransferLearning.Extensions.Hosting.Tests.Services;

[NoTensorLeaks(MakesModels = true)]
public sealed class ClassifierServiceCollectionExtensionsTests : IDisposable
{
    private static readonly string Photograph = Path.Combine(
        TestFiles.Repository, "samples", "ImageClassification", "data", "validation", "bag");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Both_kinds_answer_as_the_classifiers_alone()
    {
        var image = SavedModels.Image(_folder, "image.safetensors", "a", "b", "c");
        var text = SavedModels.Text(_folder, "text.safetensors", "x", "y");
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddImageClassifier(image).AddTextClassifier(text);
        using var host = builder.Build();
        await host.StartAsync();

        var file = Directory.EnumerateFiles(Photograph).First();
        using (var alone = ImageClassifier.Load(image))
        {
            var (images, expected) = (host.Services.GetRequiredService<IImageClassifier>(), alone.Predict(file));
            images.Labels.Should().Equal("a", "b", "c");
            using var stream = File.OpenRead(file);
            Same(await images.PredictAsync(stream), expected);
            Same(await images.PredictAsync(File.ReadAllBytes(file)), expected);
            Same(await images.PredictAsync(ImageDecoder.Decode(file)), expected);
        }
        using (var alone = TextClassifier.Load(text))
        {
            var texts = host.Services.GetRequiredService<ITextClassifier>();
            Same(await texts.PredictAsync("Where is my card?"), alone.Predict("Where is my card?"));
        }
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        health.Status.Should().Be(HealthStatus.Healthy);
        health.Entries.Keys.Should().BeEquivalentTo("image classifier", "text classifier");
        health.Entries["image classifier"].Data.Should().Contain("classes", 3).And.Contain("file", image);
        await host.StopAsync();
    }

    [Fact]
    public async Task Several_of_a_kind_have_keys()
    {
        var services = new ServiceCollection();
        services.AddKeyedTextClassifier("mails", SavedModels.Text(_folder, "mails.safetensors", "a", "b"))
            .AddKeyedTextClassifier("chats", SavedModels.Text(_folder, "chats.safetensors", "c", "d"));
        await using var provider = services.BuildServiceProvider();
        // No host starts them: the first request loads.
        (await provider.GetRequiredKeyedService<ITextClassifier>("mails").PredictAsync("text")).Predictions.Select(it => it.Label)
            .Should().BeEquivalentTo("a", "b");
        (await provider.GetRequiredKeyedService<ITextClassifier>("chats").PredictAsync("text")).Predictions.Select(it => it.Label)
            .Should().BeEquivalentTo("c", "d");
        provider.GetService<ITextClassifier>().Should().BeNull();
    }

    [Fact]
    public async Task What_is_no_image_or_too_large_is_said()
    {
        var services = new ServiceCollection();
        services.AddImageClassifier(SavedModels.Image(_folder, "image.safetensors", "a", "b"), new() { MaxPixels = 28 * 28 - 1 });
        await using var provider = services.BuildServiceProvider();
        var images = provider.GetRequiredService<IImageClassifier>();
        await images.Awaiting(it => it.PredictAsync("no image"u8.ToArray()))
            .Should().ThrowAsync<ImageFormatException>().WithMessage("The image is not a JPEG*");
        await images.Awaiting(it => it.PredictAsync(File.ReadAllBytes(Directory.EnumerateFiles(Photograph).First())))
            .Should().ThrowAsync<ImageFormatException>().WithMessage("*28x28 pixels, more than the limit of 783*");
        await images.Awaiting(it => it.PredictAsync((Stream)null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [Fact]
    public async Task A_model_that_gives_values_is_refused()
    {
        using (var backbone = VisionBackbones.Load("efficientnet_lite0"))
        using (var model = backbone.WithHead(new LinearHead(["price"], new Regression())))
            model.Save(_folder.File("values.safetensors"));
        var services = new ServiceCollection();
        services.AddImageClassifier(_folder.File("values.safetensors"));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IImageClassifier>().Awaiting(it => it.PredictAsync(new RgbImage(1, 1, [0, 0, 0])))
            .Should().ThrowAsync<ClassifierUnavailableException>().WithMessage("The image classifier has no model.*no probabilities*");
    }

    [Fact]
    public void What_is_registered_twice_is_refused()
    {
        var services = new ServiceCollection().AddImageClassifier("a").AddTextClassifier("b").AddKeyedImageClassifier("key", "c");
        services.Invoking(it => it.AddImageClassifier("d"))
            .Should().Throw<InvalidOperationException>().WithMessage("*register further ones under a key*");
        services.Invoking(it => it.AddKeyedImageClassifier("key", "d"))
            .Should().Throw<InvalidOperationException>().WithMessage("*the key 'key'*");
        services.Invoking(it => it.AddKeyedTextClassifier(" ", "d")).Should().Throw<ArgumentException>();
        services.Invoking(it => it.AddImageClassifier("")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        FluentActions.Invoking(() => new ClassifierServiceOptions { MaxBatch = 0 })
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("MaxBatch must be 1 to 1024*");
        FluentActions.Invoking(() => new ClassifierServiceOptions { QueueLimit = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ClassifierServiceOptions { MaxWait = TimeSpan.Zero })
            .Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ClassifierServiceOptions { SettleTime = TimeSpan.FromDays(2) })
            .Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ClassifierServiceOptions { MaxPixels = 0 }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new ClassifierServiceOptions { Threads = 0 }).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static void Same(Classification answer, Classification expected)
    {
        answer.Predictions.Select(it => it.Label).Should().Equal(expected.Predictions.Select(it => it.Label));
        answer.Predictions.Zip(expected.Predictions)
            .Should().OnlyContain(pair => Math.Abs(pair.First.Probability - pair.Second.Probability) < 1e-5);
    }
}
