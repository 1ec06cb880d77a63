using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

public sealed class TextPoolingTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("text/sentences/pooling");

    [Theory]
    [InlineData("padded_right", "mean", TextPooling.Mean)]
    [InlineData("padded_right", "cls", TextPooling.First)]
    [InlineData("padded_right", "max", TextPooling.Max)]
    [InlineData("padded_left", "mean", TextPooling.Mean)]
    [InlineData("padded_left", "cls", TextPooling.First)]
    [InlineData("padded_left", "max", TextPooling.Max)]
    public void Pooling_is_that_of_sentence_transformers(string side, string mode, TextPooling pooling)
    {
        using var scope = NewDisposeScope();
        var mask = stack(
            Golden.Json.GetProperty("masks").GetProperty(side).EnumerateArray().Select(row => tensor(row.Integers()))).to_type(ScalarType.Bool);
        var expected = Golden.Json.GetProperty("output").GetProperty($"{side}.{mode}").EnumerateArray().Select(row => row.Floats())
            .ToArray();
        // Where the reference has no value (a row without tokens) it lists fewer rows.
        pooling.Pool(
            new TensorSet(Formula.Input(Golden.Json.GetProperty("token_embeddings")), mask))[..expected.Length].Should().BeWithin(
                1e-6, expected.SelectMany(row => row).ToArray());
    }

    [Theory]
    [InlineData(TextPooling.Mean)]
    [InlineData(TextPooling.First)]
    [InlineData(TextPooling.Max)]
    public void Without_a_mask_every_token_is_real(TextPooling pooling)
    {
        using var scope = NewDisposeScope();
        var hidden = randn(3, 5, 4);
        pooling.Pool(hidden).Should().BeIdenticalTo(pooling.Pool(new TensorSet(hidden, ones([3, 5], ScalarType.Bool))));
    }

    [Theory]
    [InlineData(TextPooling.Mean)]
    [InlineData(TextPooling.First)]
    [InlineData(TextPooling.Max)]
    public void A_row_without_tokens_gives_finite_numbers(TextPooling pooling)
    {
        using var scope = NewDisposeScope();
        pooling.Pool(new TensorSet(randn(2, 5, 4), zeros([2, 5], ScalarType.Bool))).isfinite().all().item<bool>().Should().BeTrue();
    }
}
