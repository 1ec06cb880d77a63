using Microsoft.Extensions.AI;
using TransferLearning.TestKit;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Extensions.AI.Tests;

public sealed class ImageEmbeddingGeneratorTests : IDisposable
{
    private static readonly string[] Files =
        [.. Directory.GetFiles(Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data", "validation", "bag")).Order(StringComparer.Ordinal).Take(3)];

    private readonly ImageEmbeddingGenerator _generator = new(ImageEncoder.Load(device: CPU));

    private static DataContent[] Contents => [.. Files.Select(file => new DataContent(File.ReadAllBytes(file), "image/png"))];

    public void Dispose() => _generator.Dispose();

    [Fact]
    public async Task Vectors_are_the_encoders_in_order_through_the_interface_too()
    {
        IEmbeddingGenerator<DataContent, Embedding<float>> generator = _generator;
        var embeddings = await generator.GenerateAsync(Contents);

        var encoder = generator.GetService<ImageEncoder>()!;
        embeddings.Should().HaveCount(3)
            .And.OnlyContain(embedding => embedding.ModelId == "efficientnet_lite0" && embedding.Dimensions == 1280);
        foreach (var (file, embedding) in Files.Zip(embeddings))
            embedding.Vector.ToArray().Zip(encoder.Embed(file)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        (await generator.GenerateVectorAsync(new DataContent($"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(Files[0]))}"))).Length.Should().Be(1280);
        (await generator.GenerateAsync([])).Should().BeEmpty();
    }

    [Fact]
    public void It_says_what_it_is()
    {
        var metadata = _generator.GetService<EmbeddingGeneratorMetadata>()!;
        (metadata.DefaultModelId, metadata.DefaultModelDimensions).Should().Be(("efficientnet_lite0", 1280));
        _generator.GetService<ImageEmbeddingGenerator>().Should().BeSameAs(_generator);
        _generator.GetService(typeof(ImageEncoder), "key").Should().BeNull();
        _generator.GetService(typeof(string)).Should().BeNull();
    }

    [Fact]
    public async Task What_it_cannot_do_is_refused()
    {
        await Refuses<ArgumentException>(
            [new DataContent(new byte[] { 1 }, "application/pdf")], null, "Content 0 is 'application/pdf' and no image*");
        await Refuses<ArgumentException>([Contents[0], null!], null, "Content 1 is null*");
        await Refuses<ImageFormatException>(
            [Contents[0], new DataContent(new byte[] { 1, 2 }, "image/png")], null, "'image 1' is not a JPEG*");
        await Refuses<ArgumentException>(Contents, new() { Dimensions = 100 }, "*1280 dimensions, not 100*");
        await Refuses<ArgumentException>(Contents, new() { ModelId = "other" }, "*'efficientnet_lite0', not on 'other'*");
    }

    [Fact]
    public async Task Cancellation_is_heard_and_what_is_in_flight_finishes_after_Dispose()
    {
        var cancelled = () => _generator.GenerateAsync(Contents, cancellationToken: new CancellationToken(canceled: true));
        await cancelled.Should().ThrowAsync<OperationCanceledException>();
        var inFlight = _generator.GenerateAsync(Contents);
        _generator.Dispose();
        (await inFlight).Should().HaveCount(3);
        var later = () => _generator.GenerateAsync(Contents);
        (await later.Should().ThrowAsync<ObjectDisposedException>()).Which.ObjectName.Should().Be(nameof(ImageEmbeddingGenerator));
    }

    private async Task Refuses<TException>(
        IEnumerable<DataContent> contents, EmbeddingGenerationOptions? options, string message) where TException : Exception
    {
        var generate = async () => await _generator.GenerateAsync(contents, options);
        await generate.Should().ThrowAsync<TException>().WithMessage(message);
    }
}
