using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class MlpHeadTests
{
    private static readonly string[] Labels = ["a", "b", "c"];

    [Fact]
    public void It_starts_at_zero_and_its_hidden_layers_come_from_the_seed_alone()
    {
        using var scope = NewDisposeScope();
        using var head = new MlpHead(Labels).Build(8);
        manual_seed(7);
        using var again = new MlpHead(Labels).Build(8);
        using var other = new MlpHead(Labels) { Seed = 1 }.Build(8);
        var features = Formula.Input("x", [4, 8], -1, 1);

        head.call(features).Values.Should().BeWithin(0, new float[12]);
        var weight = head.get_parameter("layers.0.weight")!;
        weight.Should().BeIdenticalTo(again.get_parameter("layers.0.weight")!);
        (weight - other.get_parameter("layers.0.weight")!).abs().max().item<float>().Should().BePositive();
        weight.shape.Should().Equal(512, 8);
        weight.abs().max().item<float>().Should().BeInRange(0.34f, 1 / MathF.Sqrt(8));
    }

    [Theory]
    [InlineData(HeadNormalization.None, "HeadLayer GELU Dropout HeadLayer GELU Dropout HeadLayer")]
    [InlineData(HeadNormalization.Layer, "HeadLayer LayerNorm GELU Dropout HeadLayer LayerNorm GELU Dropout HeadLayer")]
    [InlineData(HeadNormalization.Batch, "HeadLayer BatchNorm1d GELU Dropout HeadLayer BatchNorm1d GELU Dropout HeadLayer")]
    public void Its_layers_are_what_was_asked_for(HeadNormalization normalization, string layers)
    {
        using var head = new MlpHead(Labels, [5, 4]) { Normalization = normalization }.Build(8);
        head.modules().Where(module => !module.children().Any()).Select(module => module.GetName()).Should().Equal(layers.Split(' '));
    }

    [Fact]
    public void What_makes_no_head_is_named()
    {
        Refuses(() => new MlpHead(["a"]), "*at least two classes*");
        Refuses(() => new MlpHead(Labels, []), "*use a LinearHead*");
        Refuses(() => new MlpHead(Labels, [8, 0]), "*1 or more wide; got 8, 0*");
        Refuses(() => new MlpHead(Labels, dropout: 1), "*dropout*");
    }

    private static void Refuses(Func<MlpHead> create, string message) => create.Should().Throw<ArgumentException>().WithMessage(message);
}
