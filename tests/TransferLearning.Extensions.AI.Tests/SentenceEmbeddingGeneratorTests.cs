using Microsoft.Extensions.AI;
using TransferLearning.Text;

namespace TransferLearning.Extensions.AI.Tests;

public sealed class SentenceEmbeddingGeneratorTests : IDisposable
{
    private readonly SentenceEmbeddingGenerator _generator = new(SentenceEncoder.Load());

    public void Dispose() => _generator.Dispose();

    [Fact]
    public async Task Vectors_are_the_encoders_in_order()
    {
        string[] texts = ["Where is my card?", "The weather is fine today.", "My card has not arrived."];
        var embeddings = await _generator.GenerateAsync(texts);

        var encoder = _generator.GetService<SentenceEncoder>()!;
        embeddings.Should().HaveCount(3);
        foreach (var (text, embedding) in texts.Zip(embeddings))
        {
            embedding.Dimensions.Should().Be(384);
            embedding.Vector.ToArray().Zip(encoder.Encode(text)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        }
    }

    [Fact]
    public void It_says_what_it_is()
    {
        var metadata = _generator.GetService<EmbeddingGeneratorMetadata>()!;
        metadata.DefaultModelId.Should().Be("all_minilm_l6_v2");
        metadata.DefaultModelDimensions.Should().Be(384);
        _generator.GetService(typeof(string)).Should().BeNull();
        _generator.GetService(typeof(SentenceEncoder), "key").Should().BeNull();
    }

    [Fact]
    public async Task What_it_cannot_do_is_refused()
    {
        var dimensions = () => _generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 100 });
        await dimensions.Should().ThrowAsync<ArgumentException>().WithMessage("*384 dimensions, not 100*");
        var text = () => _generator.GenerateAsync(["a", null!]);
        await text.Should().ThrowAsync<ArgumentException>().WithMessage("Text 1 is null*");
        var model = () => _generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "other" });
        await model.Should().ThrowAsync<ArgumentException>().WithMessage("*'all_minilm_l6_v2', not on 'other'*");
    }

    [Fact]
    public async Task What_is_in_flight_finishes_after_Dispose_and_later_calls_are_refused_by_name()
    {
        var inFlight = _generator.GenerateAsync(Enumerable.Repeat("a text", 100));
        _generator.Dispose();
        (await inFlight).Should().HaveCount(100);
        var later = () => _generator.GenerateAsync(["a"]);
        (await later.Should().ThrowAsync<ObjectDisposedException>()).Which.ObjectName.Should().Be(nameof(SentenceEmbeddingGenerator));
    }

    [Fact]
    public async Task Cancellation_is_heard()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var generate = () => _generator.GenerateAsync(["a"], cancellationToken: cancelled.Token);
        await generate.Should().ThrowAsync<OperationCanceledException>();
    }
}
