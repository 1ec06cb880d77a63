using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

public sealed class TextBackbonesTests
{
    [Fact]
    public void A_new_network_is_in_training_mode_and_says_what_it_is_built_of()
    {
        using var backbone = TextBackbones.Create("google/electra-small-discriminator");
        backbone.Info.Id.Should().Be("electra-small-discriminator");
        backbone.Info.FeatureSize.Should().Be(256);
        backbone.Info.Input.Should().BeNull();
        backbone.Info.Weights.Should().BeNull();
        backbone.Info.Configuration!.Value.GetProperty("model_type").GetString().Should().Be("electra");
        backbone.LoadReport.Should().BeNull();
        backbone.Module.training.Should().BeTrue();
        backbone.LayerGroups.Select(group => group.Name).Should().HaveCount(13).And.StartWith("embeddings").And.EndWith("layer 12");
    }

    [Fact]
    public void With_a_tokenizer_it_reads_texts()
    {
        using var backbone = TextBackbones.Create(
            "albert-base-v2", Tokenizer.Open(Path.Combine(AppContext.BaseDirectory, "weights", "all_minilm_l6_v2")));
        backbone.Info.Input.Should().BeOfType<TextSpec>().Which.MaxLength.Should().Be(512);
        backbone.Info.FeatureSize.Should().Be(768);
    }

    [Theory]
    [InlineData("albert-base-v2", 11_683_584)]
    [InlineData("all_minilm_l6_v2", 22_713_216)]
    [InlineData("electra-small-discriminator", 13_483_008)]
    [InlineData("roberta-base", 124_645_632)]
    [InlineData("deberta-v3-small", 141_304_320)]
    [InlineData("ModernBERT-base", 149_014_272)]
    public void Known_networks_have_the_published_number_of_parameters(string name, long parameters)
    {
        using var network = TextModel.Build(name, KnownText.Find(name).Configuration!).Network;
        network.parameters().Sum(parameter => parameter.numel()).Should().Be(parameters);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest()
    {
        FluentActions.Invoking(() => TextBackbones.Create("bert-base-uncase")).Should().Throw<ArgumentException>()
            .WithMessage("*'bert-base-uncase'*bert-base-uncased*TextBackbones.Open*");
        FluentActions.Invoking(() => TextBackbones.Load("minilm")).Should().Throw<ArgumentException>()
            .WithMessage("*'minilm'*all_minilm_l6_v2*");
        FluentActions.Invoking(() => TextBackbones.Create("someone/unknown")).Should().Throw<ArgumentException>()
            .WithMessage("*'someone/unknown'*");
    }

    [Fact]
    public void The_pooling_of_the_spec_makes_the_features()
    {
        using var scope = NewDisposeScope();
        using var backbone = TextBackbones.Blank(
            "tiny", TinyFolder.Configuration("bert_tiny"), TinyFolder.Spec with { MaxLength = 16, Pooling = TextPooling.Max });
        var hidden = new TensorSet(randn(2, 3, 32), ones([2, 3], ScalarType.Bool));
        backbone.Pool(hidden).eq(hidden.Values.amax([1])).all().item<bool>().Should().BeTrue();
        backbone.Positions(hidden).Should().BeSameAs(hidden);

        var windows = new TensorSet(randn(2, 4, 3, 32), ones([2, 4, 3], ScalarType.Bool));
        backbone.Pool(windows).shape.Should().Equal(2, 32);
        var positions = backbone.Positions(windows);
        (positions.Values.shape[1], positions.Mask!.shape[1]).Should().Be((12, 12));
    }

    [Fact]
    public void A_length_that_the_network_does_not_read_is_refused() =>
        FluentActions.Invoking(
            () => TextBackbones.Blank("tiny", TinyFolder.Configuration("bert_tiny"), TinyFolder.Spec with { MaxLength = 41 }))
            .Should().Throw<ArgumentException>().WithMessage("MaxLength is 41*'tiny' reads at most 40*TextSpec.Stride*");
}
