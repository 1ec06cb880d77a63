using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

[NoTensorLeaks]
public sealed class TargetsTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    private static readonly Dictionary<string, (Targets Targets, Targets Other)> Kinds = new()
    {
        ["classes"] = (Targets.Classes(["b", "a", "c", "b"]), Targets.Classes(["b", "a", "c", "a"])),
        ["indices"] = (Targets.Classes([1, 0, 2, 1], Names), Targets.Classes([1, 0, 2, 2], Names)),
        ["labels"] = (Targets.Labels([["b", "a"], [], ["c"], ["b"]]), Targets.Labels([["b"], ["a"], ["c"], ["b"]])),
        ["values"] = (
            Targets.Values([[1, 2], [3, 4], [5, 6], [7, 8]], ["x", "y"]), Targets.Values([[1, 2], [3, 4], [5, 6], [7, 9]], ["x", "y"])),
        ["probabilities"] = (
            Targets.Probabilities([[1, 0], [0, 1], [0.5f, 0.5f], [0, 0]], ["x", "y"]), Targets.Probabilities([[1, 0], [0, 1], [0.5f, 0.5f], [0, 1]], ["x", "y"])),
        ["tags"] = (Targets.Tags([["a"], ["b", "c"], [], ["a", "a", "b"]]), Targets.Tags([["a", "b"], ["c"], [], ["a", "a", "b"]])),
        ["sequences"] = (Targets.Sequences([[1, 2, 3], [4], [], [5, 6]]), Targets.Sequences([[1, 2], [3, 4], [], [5, 6]])),
    };

    public static TheoryData<string> All => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_subset_is_what_was_gathered_and_checksums_tell_targets_apart(string kind)
    {
        var (targets, other) = Kinds[kind];
        var subset = targets.Subset([3, 1]);
        subset.Should().BeOfType(targets.GetType());
        subset.Names.Should().Equal(targets.Names);
        using var gathered = targets.Gather([3, 1]);
        using var whole = subset.Gather([0, 1]);
        gathered.Names.Should().Equal(whole.Names);
        foreach (var name in gathered.Names) gathered[name].Should().BeIdenticalTo(whole[name]);
        gathered.Count.Should().Be(2);

        new[] { targets.Checksum, other.Checksum, subset.Checksum, targets.Subset([1, 3]).Checksum }.Should().OnlyHaveUniqueItems();
        targets.Subset([0, 1, 2, 3]).Checksum.Should().Be(targets.Checksum);
    }

    [Fact]
    public void Each_kind_gives_its_tensor()
    {
        using var scope = NewDisposeScope();
        Gathered("classes").Should().BeIdenticalTo(tensor([1L, 2]));
        Gathered("labels").Should().BeIdenticalTo(tensor([1f, 1, 0, 0, 0, 1], [2, 3]));
        Gathered("values").Should().BeIdenticalTo(tensor([1f, 2, 5, 6], [2, 2]));
        Gathered("probabilities").Should().BeIdenticalTo(tensor([1f, 0, 0.5f, 0.5f], [2, 2]));
        Gathered("tags").Should().BeIdenticalTo(tensor([0L, RaggedTargets.Ignored], [2, 1]));
        Gathered("sequences").Should().BeIdenticalTo(
            tensor([1L, 2, 3, RaggedTargets.Ignored, RaggedTargets.Ignored, RaggedTargets.Ignored], [2, 3]));
        using var sequences = Kinds["sequences"].Targets.Gather([0, 2]);
        sequences[TensorNames.Lengths].Should().BeIdenticalTo(tensor([3L, 0]));

        static Tensor Gathered(string kind)
        {
            using var rows = Kinds[kind].Targets.Gather([0, 2]);
            return rows.Values.clone();
        }
    }

    [Fact]
    public void Names_are_those_that_occur_or_those_given_in_their_order()
    {
        Targets.Classes(["b", "a"]).Names.Should().Equal("a", "b");
        Targets.Classes(["b", "a"], ["c", "b", "a"]).Names.Should().Equal("c", "b", "a");
        Targets.Labels([["b"], ["a", "b"]]).Names.Should().Equal("a", "b");
        Targets.Tags([["b"], []]).Names.Should().Equal("b");
        Targets.Sequences([[1]]).Names.Should().BeEmpty();
        new UnlistedTargets("a", "b").Names.Should().Equal("a", "b");
        new InputTargets().Names.Should().BeEmpty();
    }

    [Fact]
    public void Errors_name_the_example()
    {
        Func<int, string> describe = i => $"row {i + 1} of 'x.csv'";
        Refuses(() => Targets.Classes(["a", null!]), "Example 1 has a class that is null.");
        Refuses(
            () => Targets.Classes(["a", "bb"], ["a", "b"], describe), "row 2 of 'x.csv' is of class 'bb', which is not among the class names: a, b.*");
        Refuses(() => Targets.Classes([0, 3], Names), "The label 3 of row 1 is outside 0..2: there are 3 class names.*");
        Refuses(() => Targets.Classes([0], ["a", "a"]), "*'a' twice*");
        Refuses(() => Targets.Labels([["a"], null!], describe: describe), "row 2 of 'x.csv' has a label that is null.");
        Refuses(() => Targets.Labels([["a"], ["a", null!]]), "Example 1 has a label that is null.");
        Refuses(() => Targets.Labels([["z"]], Names), "Example 0 is of class 'z'*");
        Refuses(() => Targets.Values([[1], [1, 2]], ["x"], describe),
            "row 2 of 'x.csv' has 2 numbers [1, 2] for 1 names: give each a value, one for each name.*");
        Refuses(() => Targets.Values([[1], [float.NaN]], ["x"]), "Example 1 has 1 numbers [NaN] for 1 names*");
        Refuses(() => Targets.Values([[1, 1]], ["x", "x"]), "*'x' twice*");
        Refuses(() => Targets.Probabilities([[1.5f]], ["x"]), "Example 0 has 1 numbers [1*5] for 1 names: give each a probability*");
        Refuses(() => Targets.Tags([["a"], ["b", null!]]), "Example 1 has a label that is null.");
        Refuses(() => Targets.Sequences([[1], [2, -1]]), "The sequence of example 1 is null or holds a negative id.*");
        Refuses(() => Targets.Sequences([null!]), "The sequence of example 0 is null*");
    }

    [Fact]
    public void What_only_the_loaded_example_tells_cannot_be_gathered()
    {
        foreach (var targets in new Targets[] { new UnlistedTargets("a"), new InputTargets() })
        {
            targets.Invoking(t => t.Gather([0])).Should().Throw<NotSupportedException>().WithMessage("*loaded examples*");
            targets.Subset([1, 2]).Names.Should().Equal(targets.Names);
        }
    }

    [Fact]
    public void The_kind_says_which_objective_is_usual()
    {
        DefaultObjective.For(Kinds["classes"].Targets).Should().BeOfType<CrossEntropy>();
        DefaultObjective.For(Kinds["probabilities"].Targets).Should().BeOfType<CrossEntropy>();
        DefaultObjective.For(Kinds["tags"].Targets).Should().BeOfType<CrossEntropy>();
        DefaultObjective.For(Kinds["labels"].Targets).Should().BeOfType<MultiLabel>();
        DefaultObjective.For(Kinds["values"].Targets).Should().BeOfType<Regression>();
        DefaultObjective.For(new InputTargets()).Should().BeOfType<Regression>();
        DefaultObjective.For(Kinds["sequences"].Targets).Should().BeOfType<Ctc>();
        Refuses(() => DefaultObjective.For(new UnlistedTargets("a")), "*give the head its objective*");
    }

    private static void Refuses(Func<object> create, string message) => create.Should().Throw<ArgumentException>().WithMessage(message);

    [Fact]
    public void Names_of_a_model_take_the_place_of_those_that_occur()
    {
        string[] model = ["c", "b", "a"];
        ((ClassTargets)Targets.Classes(["a", "c", "a"]).WithNames(model)).Indices.Should().Equal(2, 0, 2);
        ((LabelTargets)Targets.Labels([["a", "c"], []]).WithNames(model)).Indices.Should()
            .BeEquivalentTo([[0, 2], Array.Empty<int>()], options => options.WithStrictOrdering());
        ((TagTargets)Targets.Tags([["a", "b"], ["b"]]).WithNames(model)).Rows.Should()
            .BeEquivalentTo([[2L, 1L], new[] { 1L }], options => options.WithStrictOrdering());
        Targets.Classes(["a", "b"]).WithNames(model).Names.Should().Equal(model);
        var own = Targets.Classes(["a"], model);
        own.WithNames(model).Should().BeSameAs(own);
        var values = Targets.Values([[1, 2]], ["x", "y"]);
        values.WithNames(["x", "y"]).Should().BeSameAs(values);
    }

    [Fact]
    public void A_name_that_a_model_does_not_have_is_refused_with_the_difference()
    {
        Refuses(
            () => Targets.Classes(["ham", "Spam"]).WithNames(["ham", "spam"]), "The data set has 'Spam', which the model does not know. 'spam' and 'Spam' differ in upper and lower case. The model has: ham, spam.*");
        Refuses(
            () => Targets.Classes(["cafe\u0301"]).WithNames(["caf\u00e9", "bar"]), "*'caf\u00e9' and 'cafe\u0301' differ in their Unicode form*");
        Refuses(() => Targets.Labels([["hamm"]]).WithNames(["ham", "spam"]), "*Did you mean 'ham'?*");
        Refuses(() => Targets.Values([[1, 2]], ["x", "y"]).WithNames(["y", "x"]), "*has x, y and the model y, x*in the model's order*");

        static void Refuses(Func<Targets> names, string message) => names.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
