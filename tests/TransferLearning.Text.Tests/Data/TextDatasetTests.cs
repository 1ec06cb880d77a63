using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Data;

public sealed class TextDatasetTests
{
    private static readonly TextDataset Labelled = TextDataset.From(
        ["a goal in the last minute", "the minister watched the match", "rain"], Targets.Labels([["sport"], ["sport", "politics"], []]));

    private static readonly TextDataset Valued = TextDataset.From(
        ["good", "bad"], Targets.Values([[1f, 0.5f], [-1f, 2f]], ["mood", "length"]));

    [Fact]
    public void Texts_have_targets_of_any_kind()
    {
        Rows(Labelled, 0, 1, 2).Should().BeEquivalentTo(new[] { new[] { 0f, 1 }, [1, 1], [0, 0] }, options => options.WithStrictOrdering());
        Rows(Valued, 1, 0).Should().BeEquivalentTo(new[] { new[] { -1f, 2 }, [1, 0.5f] }, options => options.WithStrictOrdering());
        Rows(Valued.WithTargets(Targets.Probabilities([[0.25f, 0.75f], [1, 0]], ["x", "y"])), 0)[0].Should().Equal(0.25f, 0.75f);
        using var sequences = TextDataset.From(["a", "b"], Targets.Sequences([[7], [8, 9]])).Prepare(TinyFolder.Spec).Load([0, 1], default);
        sequences.Target[TensorNames.Lengths].data<long>().Should().Equal(1, 2);
    }

    [Fact]
    public void Pairs_have_second_texts_and_segments()
    {
        var pairs = TextDataset.FromPairs([("a cat", "a dog")], Targets.Values([[0.4f]], ["likeness"]));
        pairs.SecondTexts.Should().Equal("a dog");
        pairs.Subset([0, 0]).SecondTexts.Should().Equal("a dog", "a dog");
        using var batch = pairs.Prepare(TinyFolder.Spec).Load([0], default);
        batch.Input[TensorNames.Segments].max().item<long>().Should().Be(1);
        batch.Target.Values.shape.Should().Equal(1, 1);
    }

    [Fact]
    public void Parts_keep_names_and_targets()
    {
        var last = Labelled.Subset([1]);
        last.Targets.Names.Should().Equal("politics", "sport");
        Rows(last, 0).Should().ContainSingle().Which.Should().Equal(1, 1);

        var many = TextDataset.From(
            Enumerable.Range(0, 50).Select(i => $"text {i}"), Targets.Values(Enumerable.Range(0, 50).Select(i => (float[])[i]), ["number"]));
        var (train, validation) = many.Split(0.8, seed: 1);
        (train.Count, validation.Count).Should().Be((40, 10));
        train.Texts.Concat(validation.Texts).Should().BeEquivalentTo(many.Texts);
        Rows(validation, 3)[0][0].ToString("0", null).Should().Be(validation.Texts[3]["text ".Length..]);
    }

    [Fact]
    public void The_checksum_tells_texts_pairs_and_targets_apart()
    {
        var targets = Targets.Classes(["x", "y"]);
        uint[] checksums =
        [
            TextDataset.From(["a", "b"], targets).Checksum, TextDataset.From(["b", "a"], targets).Checksum,
            TextDataset.From(["ab", ""], targets).Checksum,
            TextDataset.FromPairs([("a", "c"), ("b", "d")], targets).Checksum,
            TextDataset.FromPairs([("a", "d"), ("b", "c")], targets).Checksum,
            TextDataset.From([("a", "y"), ("b", "x")]).Checksum,
        ];
        checksums.Should().OnlyHaveUniqueItems();
        TextDataset.From([("a", "x"), ("b", "y")]).Checksum.Should().Be(checksums[0]);
    }

    [Fact]
    public void Bad_targets_are_named()
    {
        Making(() => TextDataset.From([("a", "sports")], ["sport", "politics"])).WithMessage(
            "Text 0 ('a') is of class 'sports'*sport, politics*Did you mean 'sport'?*");
        Making(() => TextDataset.From(["a"], Targets.Labels([[]]))).WithMessage("*No text has a label*");
        Making(() => TextDataset.From(["a", "b"], Targets.Classes(["x"]))).WithMessage("There are 2 texts and 1 targets*");
        Making(() => TextDataset.From([], Targets.Classes([]))).WithMessage("*at least one text*");
        Making(() => TextDataset.From(["a"], Targets.Tags([["O"]]))).WithMessage("*TokenDataset*");
        Making(() => TextDataset.From(["a"], new InputTargets())).WithMessage("*InputTargets*ExampleDataset*");
    }

    [Fact]
    public void What_is_null_is_named_by_its_position()
    {
        Making(() => TextDataset.From([("a", "x"), (null!, "y")])).WithMessage("Text 1 is null*");
        Making(() => TextDataset.From([("a", "x"), ("b", null!)])).WithMessage("Text 1 ('b') has a class that is null*");
        Making(() => TextDataset.FromPairs([("a", null!)], Targets.Classes(["x"]))).WithMessage("Second text 0 is null*");
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> Making(Func<TextDataset> make) =>
        make.Should().Throw<ArgumentException>();

    private static float[][] Rows(TextDataset data, params int[] positions)
    {
        using var batch = data.Prepare(TinyFolder.Spec).Load(positions, default);
        batch.Target.Values.dtype.Should().Be(ScalarType.Float32);
        return [.. batch.Target.Values.data<float>().ToArray().Chunk(data.Targets.Names.Count)];
    }
}
