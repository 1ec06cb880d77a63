using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class HeadPoolingTests : IDisposable
{
    private static readonly GoldenCase Golden = GoldenCase.Open("text/sentences/pooling");

    private readonly ModuleBackbone _backbone = SmallNetwork.Backbone();

    public void Dispose() => _backbone.Dispose();

    [Theory]
    [InlineData("padded_right.cls", HeadPooling.First)]
    [InlineData("padded_right.mean", HeadPooling.Mean)]
    [InlineData("padded_right.max", HeadPooling.Max)]
    [InlineData("padded_right.mean_and_max", HeadPooling.MeanMax)]
    [InlineData("padded_left.cls", HeadPooling.First)]
    [InlineData("padded_left.mean", HeadPooling.Mean)]
    [InlineData("padded_left.max", HeadPooling.Max)]
    public void Of_a_padded_sequence_it_is_sentence_transformers(string name, HeadPooling pooling)
    {
        using var scope = NewDisposeScope();
        var rows = Golden.Json.GetProperty("output").GetProperty(name).EnumerateArray().Select(row => row.Floats()).ToArray();
        var mask = Golden.Json.GetProperty("masks").GetProperty(name[..name.IndexOf('.', StringComparison.Ordinal)])
            .EnumerateArray().SelectMany(row => row.Integers()).Select(real => real == 1).ToArray();
        var hidden = new TensorSet(Formula.Input(Golden.Json.GetProperty("token_embeddings")), tensor(mask, [3, 5]));

        var vectors = new LinearHead(["a", "b"]) { Pooling = pooling }.Read(_backbone, hidden).Values;
        vectors.shape.Should().Equal(3, pooling == HeadPooling.MeanMax ? 12 : 6);
        vectors[..rows.Length].Should().BeWithin(1e-6, rows.SelectMany(row => row).ToArray());
    }

    [Fact]
    public void A_map_is_pooled_over_its_places()
    {
        using var scope = NewDisposeScope();
        TensorSet map = tensor([1f, 2, 3, 4, -1, -2, -3, -6], [1, 2, 2, 2]);
        HeadPooling.MeanMax.Pool(_backbone, map).Should().BeWithin(1e-6, [2.5f, -3, 4, -1]);
        HeadPooling.Mean.Pool(_backbone, map).Should().BeWithin(1e-6, [2.5f, -3]);
        HeadPooling.Backbone.Pool(_backbone, map).Should().BeIdenticalTo(((IPretrainedBackbone)_backbone).Pool(map));
        var first = () => HeadPooling.First.Pool(_backbone, map);
        first.Should().Throw<ArgumentException>().WithMessage("*reads a sequence*gives a map*use Mean or Max*");
    }

    [Fact]
    public void Without_a_mask_the_first_position_is_the_first()
    {
        using var scope = NewDisposeScope();
        HeadPooling.First.Pool(_backbone, arange(12, ScalarType.Float32).reshape(2, 3, 2)).Should().BeWithin(0, [0, 1, 6, 7]);
    }

    [Fact]
    public void Vectors_alone_have_nothing_to_pool()
    {
        using var scope = NewDisposeScope();
        var pool = () => HeadPooling.Max.Pool(_backbone, zeros(2, 3));
        pool.Should().Throw<ArgumentException>().WithMessage("The backbone 'small' gives [2, 3], which has no positions*");
    }

    [Fact]
    public void Of_mean_and_maximum_each_is_scaled_alike()
    {
        using var scope = NewDisposeScope();
        var mask = tensor(
            new[,] { { true, true, true, true, true }, { true, true, false, false, false }, { false, false, true, true, true } });
        var hidden = new TensorSet(Formula.Input("hidden", [3, 5, 4], -7, 7), mask);
        var both = new LinearHead(["a", "b"]) { Pooling = HeadPooling.MeanMax, Normalize = true }.Read(_backbone, hidden).Values;
        both.shape.Should().Equal(3, 8);
        both.norm(1).Should().BeWithin(1e-6, new[] { 1f, 1, 1 });
        foreach (var (part, pooling) in new[] { (both[.., ..4], HeadPooling.Mean), (both[.., 4..], HeadPooling.Max) })
        {
            var alone = pooling.Pool(_backbone, hidden);
            (part * Math.Sqrt(2)).norm(1).Should().BeWithin(1e-6, new[] { 1f, 1, 1 });
            (part * Math.Sqrt(2) * alone.norm(1, keepdim: true)).Should().BeWithin(1e-5, alone.data<float>().ToArray());
        }
    }

    [Fact]
    public void Vectors_can_be_scaled_to_length_1()
    {
        using var scope = NewDisposeScope();
        new LinearHead(["a", "b"]) { Normalize = true }.Read(_backbone, tensor([3f, 4, 0, 0], [2, 2])).Values.Should()
            .BeWithin(1e-7, [0.6f, 0.8f, 0, 0]);
    }

    [Theory]
    [InlineData(HeadPooling.Mean)]
    [InlineData(HeadPooling.MeanMax)]
    public void Pooled_features_are_what_is_cached(HeadPooling pooling)
    {
        using var model = _backbone.WithHead(new LinearHead(["a", "b"]) { Pooling = pooling });
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.Eval();
        Formula.FillModule(model.Head);
        var input = new TensorSet(Formula.Input("x", [2, 3, 8, 8], -1, 1));

        var cached = model.RunFrom(input, 0, model.PooledStage);
        cached.Values.shape.Should().Equal(2, pooling == HeadPooling.Mean ? 12 : 24);
        model.ForwardFrom(cached, model.PooledStage).Values.Should().BeIdenticalTo(model.Forward(input).Values);
    }
}
