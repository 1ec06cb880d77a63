using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Inference;

[NoTensorLeaks]
public sealed class SentenceEncoderTests : IDisposable
{
    private readonly SentenceEncoder _encoder = SentenceEncoder.Load();

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public void Vectors_and_similarities_are_the_references()
    {
        var golden = GoldenCase.Open("real/minilm");
        string[] texts = [.. golden.Json.GetProperty("input").EnumerateArray().Select(entry => entry.GetProperty("text").GetString()!)];
        var expected = golden.Tensor("embeddings").Chunk(384).ToArray();
        var tolerance = golden.Json.GetProperty("tolerance").GetProperty("embeddings").GetDouble();

        var vectors = _encoder.Encode(texts);

        foreach (var (vector, reference) in vectors.Zip(expected))
            vector.Zip(reference, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan((float)tolerance);
        foreach (var pair in golden.Json.GetProperty("output").GetProperty("cosine").EnumerateArray())
        {
            var (first, second) = (pair.GetProperty("pair")[0].GetInt32(), pair.GetProperty("pair")[1].GetInt32());
            _encoder.Similarity(texts[first], texts[second]).Should().BeApproximately(pair.GetProperty("value").GetDouble(), tolerance);
        }
    }

    [Fact]
    public void A_text_has_the_same_vector_alone_and_among_others()
    {
        string[] texts = ["short", "a sentence that is a good deal longer than the other one", "", "two words"];
        var together = _encoder.Encode(texts);
        foreach (var (text, vector) in texts.Zip(together))
        {
            _encoder.Encode(text).Zip(vector, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(2e-6f);
            Math.Sqrt(vector.Sum(x => (double)x * x)).Should().BeApproximately(1, 1e-5);
        }
    }

    [Fact]
    public void It_serves_many_threads()
    {
        var expected = _encoder.Encode("the same text");
        Parallel.For(0, 16, _ => _encoder.Encode("the same text").Should().Equal(expected));
    }

    [Fact]
    public void A_text_that_is_null_is_named() =>
        _encoder.Invoking(encoder => encoder.Encode(["a", null!])).Should().Throw<ArgumentException>().WithMessage("Text 1 is null*");

    [Fact]
    public void Cancellation_is_heard()
    {
        var encode = () => _encoder.Encode(["a"], new CancellationToken(canceled: true));
        encode.Should().Throw<OperationCanceledException>();
        _encoder.Encode([]).Should().BeEmpty();
    }
}
