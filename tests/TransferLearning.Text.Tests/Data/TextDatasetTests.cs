using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Data;

public sealed class TextDatasetTests
{
    private static readonly TextDataset Labelled = TextDataset.FromLabels(
        [("a goal in the last minute", ["sport"]), ("the minister watched the match", ["sport", "politics"]), ("rain", [])]);

    private static readonly TextDataset Valued = TextDataset.FromValues([("good", [1f, 0.5f]), ("bad", [-1f, 2f])], ["mood", "length"]);

    [Fact]
    public void A_text_has_any_number_of_labels()
    {
        Labelled.ClassNames.Should().Equal("politics", "sport");
        Labelled.Labels.Should().BeEmpty("there is no single class");
        Labelled.Objective.Should().Be(new MultiLabel());
        Targets(Labelled, 0, 1, 2).Should().BeEquivalentTo(new[] { new[] { 0f, 1 }, [1, 1], [0, 0] }, options => options.WithStrictOrdering());
        TextDataset.FromLabels([("a", ["x"])], ["y", "x"]).ClassNames.Should().Equal("y", "x");
    }

    [Fact]
    public void A_text_or_a_pair_has_values()
    {
        Valued.ClassNames.Should().Equal("mood", "length");
        Valued.Objective.Should().Be(new Regression());
        Targets(Valued, 1, 0).Should().BeEquivalentTo(new[] { new[] { -1f, 2 }, [1, 0.5f] }, options => options.WithStrictOrdering());

        var pairs = TextDataset.FromValues([("a cat", "a dog", [0.4f])], ["likeness"]);
        using var batch = pairs.Prepare(TinyFolder.Spec).Load([0], default);
        batch.Input[TensorNames.Segments].max().item<long>().Should().Be(1);
        batch.Target.shape.Should().Equal(1, 1);
    }

    [Fact]
    public void Parts_keep_names_targets_and_objective()
    {
        var last = Labelled.Subset([1]);
        last.ClassNames.Should().Equal("politics", "sport");
        last.Objective.Should().Be(new MultiLabel());
        Targets(last, 0).Should().ContainSingle().Which.Should().Equal(1, 1);

        var many = TextDataset.FromValues(Enumerable.Range(0, 50).Select(i => ($"text {i}", (IReadOnlyList<float>)[i])), ["number"]);
        var (train, validation) = many.Split(0.8, seed: 1);
        (train.Count, validation.Count).Should().Be((40, 10));
        train.Texts.Concat(validation.Texts).Should().BeEquivalentTo(many.Texts);
        Targets(validation, 3)[0][0].ToString("0", null).Should().Be(validation.Texts[3]["text ".Length..]);
    }

    [Fact]
    public void Bad_targets_are_named()
    {
        Making(() => TextDataset.FromLabels([("a", ["sports"])], ["sport", "politics"])).WithMessage("Text 0 ('a') is of class 'sports'*sport, politics*Did you mean 'sport'?*");
        Making(() => TextDataset.FromLabels([("a", [])])).WithMessage("*No text has a label*");
        Making(() => TextDataset.FromValues([("a", [1f]), ("b", [1f, 2f])], ["one"])).WithMessage("Text 1 ('b') has 2 values and there are 1 names*");
        Making(() => TextDataset.FromValues(Array.Empty<(string, IReadOnlyList<float>)>(), ["one"])).WithMessage("*at least one text*");
        Making(() => TextDataset.FromValues([("a", [1f, 2f])], ["one", "one"])).WithMessage("*'one' twice*");
    }

    [Fact]
    public void What_is_null_is_named_by_its_position()
    {
        Making(() => TextDataset.From([("a", "x"), (null!, "y")])).WithMessage("Text 1 is null*");
        Making(() => TextDataset.From([("a", "x"), ("b", null!)])).WithMessage("Class of text 1 is null*");
        Making(() => TextDataset.From([("a", "x")], ["x", null!])).WithMessage("Name 1 is null*");
        Making(() => TextDataset.FromPairs([("a", null!, "x")])).WithMessage("Second text 0 is null*");
        Making(() => TextDataset.FromLabels([("a", null!)])).WithMessage("Labels of text 0 is null*");
        Making(() => TextDataset.FromLabels([("a", ["x", null!])])).WithMessage("A label of text 0 is null*");
        Making(() => TextDataset.FromValues([(null!, [1f])], ["one"])).WithMessage("Text 0 is null*");
        Making(() => TextDataset.FromValues([("a", null!)], ["one"])).WithMessage("Values of text 0 is null*");
        Making(() => TextDataset.FromValues([("a", null!, [1f])], ["one"])).WithMessage("Second text 0 is null*");
        Making(() => TextDataset.FromValues([("a", [1f])], [null!])).WithMessage("Name 0 is null*");
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> Making(Func<TextDataset> make) => make.Should().Throw<ArgumentException>();

    private static float[][] Targets(TextDataset data, params int[] positions)
    {
        using var batch = data.Prepare(TinyFolder.Spec).Load(positions, default);
        batch.Target.dtype.Should().Be(ScalarType.Float32);
        return [.. batch.Target.data<float>().ToArray().Chunk(data.ClassNames.Count)];
    }
}
