using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

public sealed class MultiTaskTargetsTests
{
    private static readonly MultiTaskTargets Both = new(
        Targets.Classes(["b", "a", "b"]), ("size", Targets.Values([[1f], [2f], [3f]], ["x"])));

    [Fact]
    [NoTensorLeaks]
    public void A_batch_has_the_targets_of_every_task()
    {
        using var scope = NewDisposeScope();
        using var batch = Both.Gather([2, 1]);
        batch.Values.Should().BeIdenticalTo(tensor([1L, 0]));
        batch["size"].Should().BeIdenticalTo(tensor([3f, 2], [2, 1]));
        using var part = Both.Subset([1]).Gather([0]);
        part["size"].Should().BeIdenticalTo(tensor([2f], [1, 1]));
    }

    [Fact]
    public void The_main_tasks_names_are_the_sets()
    {
        Both.Names.Should().Equal("a", "b");
        Both.WithNames(["z", "a", "b"]).Should().BeOfType<MultiTaskTargets>().Which.Main.Should().BeOfType<ClassTargets>()
            .Which.Indices.Should().Equal(2, 1, 2);
    }

    [Fact]
    public void Other_targets_make_another_checksum() =>
        new MultiTaskTargets(Both.Main, ("size", Targets.Values([[1f], [2f], [4f]], ["x"]))).Checksum.Should().NotBe(Both.Checksum);

    [Fact]
    public void Targets_of_other_examples_are_refused()
    {
        var fewer = () => new MultiTaskTargets(Both.Main, ("size", Targets.Values([[1f]], ["x"])));
        fewer.Should().Throw<ArgumentException>().WithMessage("The task 'size' has 1 targets, ValueTargets;*as many as the main one, 3*");
        var unlisted = () => new MultiTaskTargets(Both.Main, ("size", new InputTargets()));
        unlisted.Should().Throw<ArgumentException>().WithMessage("The task 'size' has 0 targets, InputTargets*");
    }
}
