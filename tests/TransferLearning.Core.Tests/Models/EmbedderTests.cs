using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

[NoTensorLeaks(MakesModels = true)]
public sealed class EmbedderTests
{
    [Fact]
    public void Vectors_are_the_pooled_features_as_they_are_or_of_length_1()
    {
        using var embedder = new Embedder(SmallNetwork.Backbone(), CPU);
        using var images = randn(3, 3, 8, 8);
        using var input = new TensorSet(images);
        using var same = SmallNetwork.Backbone();
        same.Module.eval();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var expected = same.Extract(input);

        var vectors = embedder.Embed(input, normalize: false);
        vectors.SelectMany(vector => vector).Zip(expected.data<float>().ToArray(), (a, b) => Math.Abs(a - b)).Max().Should()
            .BeLessThan(1e-5f);
        foreach (var (plain, unit) in vectors.Zip(embedder.Embed(input, normalize: true)))
        {
            Math.Sqrt(unit.Sum(x => (double)x * x)).Should().BeApproximately(1, 1e-5);
            Embedder.Cosine(plain, unit).Should().BeApproximately(1, 1e-6);
        }
        images.IsInvalid.Should().BeFalse("the input is the caller's");
    }

    [Fact]
    public void Cosines_are_those_of_the_school()
    {
        Embedder.Cosine([1, 0], [0, 2]).Should().Be(0);
        Embedder.Cosine([1, 1], [-2, -2]).Should().BeApproximately(-1, 1e-12);
        Embedder.Cosine([3, 4], [4, 3]).Should().BeApproximately(0.96, 1e-12);
        Embedder.Cosine([0, 0], [1, 2]).Should().Be(0);
        FluentActions.Invoking(() => Embedder.Cosine([1], [1, 2])).Should().Throw<ArgumentException>().WithMessage("*1 and 2 numbers*");
    }

    [Fact]
    public void An_example_that_holds_no_numbers_is_named_and_a_disposed_one_refuses()
    {
        var embedder = new Embedder(SmallNetwork.Backbone(), CPU);
        using var scope = NewDisposeScope();
        using var images = ones(2, 3, 8, 8);
        images[1].fill_(double.NaN);
        using var input = new TensorSet(images);
        embedder.Invoking(e => e.Embed(input, true)).Should().Throw<ArgumentException>().WithMessage("Example 1 of the batch holds NaN*");
        embedder.Invoking(e => e.Embed(input, true, i => $"'row {i}'")).Should().Throw<ArgumentException>()
            .WithMessage("'row 1' holds NaN*");
        embedder.Dispose();
        embedder.Invoking(e => e.Embed(input, true)).Should().Throw<ObjectDisposedException>().WithMessage("*Embedder*");
    }
}
