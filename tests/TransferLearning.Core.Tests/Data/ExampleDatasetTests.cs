using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

[NoTensorLeaks(MakesModels = true)]
public sealed class ExampleDatasetTests
{
    [Fact]
    public void Batches_are_made_of_its_examples_and_the_examples_are_disposed()
    {
        var data = Sequences(5);
        using var batch = data.Prepare(null).Load([2, 0], default);
        batch.Input.Values.Should().BeWithin(0, [2, 2, 2, 0, 0, 0]);
        batch.Input.Mask!.data<bool>().Should().Equal(true, true, true, true, false, false);
        batch.Target.Values.data<long>().Should().Equal(0, 0);
        batch.Count.Should().Be(2);
    }

    [Fact]
    public void A_subset_of_a_subset_loads_the_right_examples()
    {
        var data = Sequences(5).Subset([4, 3, 1]).Subset([2, 0]);
        data.Count.Should().Be(2);
        data.Lengths.Should().Equal(2, 5);
        ((ClassTargets)data.Targets).Indices.Should().Equal(1, 0);
        using var batch = data.Prepare(null).Load([1], default);
        batch.Input.Values.Should().BeWithin(0, [4, 4, 4, 4, 4]);
        data.Invoking(d => d.Subset([2])).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*2 examples*");
    }

    [Fact]
    public void Its_checksum_is_that_of_its_examples()
    {
        Of(0).Checksum.Should().Be(Of(0).Checksum).And.NotBe(Of(1).Checksum);
        Of(0).Subset([0, 1]).Checksum.Should().NotBe(Of(0).Subset([1, 0]).Checksum);

        static ExampleDataset Of(float shift) => new(3, position => (full([2], position + shift), tensor(0L)), new UnlistedTargets());
    }

    [Fact]
    public void Examples_may_differ_from_epoch_to_epoch()
    {
        var data = new ExampleDataset(
            3, (position, epoch) => (full([2], (float)epoch.ForExample(position).NextDouble()), tensor(0L)), new UnlistedTargets());
        data.IsDeterministic.Should().BeFalse();
        var source = data.Subset([2, 1]).Prepare(null);
        source.IsDeterministic.Should().BeFalse();
        using var first = source.Load([0], new EpochSeed(1, 0));
        using var again = data.Prepare(null).Load([2], new EpochSeed(1, 0));
        using var later = source.Load([0], new EpochSeed(1, 1));
        first.Input.Values.Should().BeIdenticalTo(again.Input.Values, "the example's own place counts, not that in the subset");
        later.Input.Values.data<float>().Should().NotEqual(first.Input.Values.data<float>());
    }

    [Fact]
    public void What_the_function_throws_arrives_and_nothing_is_left()
    {
        var data = new ExampleDataset(
            3, position => position == 2 ? throw new InvalidDataException("row 2 is broken") : (zeros(2), tensor(0L)), new UnlistedTargets());
        data.Prepare(null).Invoking(source => source.Load([0, 1, 2], default)).Should().Throw<InvalidDataException>()
            .WithMessage("row 2 is broken");
        var odd = new ExampleDataset(2, position => (zeros(2), position == 0 ? zeros(3) : zeros(3, 1)), new UnlistedTargets());
        odd.Prepare(null).Invoking(source => source.Load([0, 1], default))
            .Should().Throw<ArgumentException>().WithMessage("An example's 'values' is Float32 [3, 1]*");
    }

    [Fact]
    public void It_serves_the_input_that_it_says()
    {
        var data = new ExampleDataset(1, _ => (zeros(2), tensor(0L)), new UnlistedTargets());
        data.Invoking(d => d.Prepare(new Spec(1)))
            .Should().Throw<ArgumentException>().WithMessage("*wants Spec input; these examples are plain tensors*ExampleDataset.Input*");
        var made = new ExampleDataset(1, _ => (zeros(2), tensor(0L)), new UnlistedTargets()) { Input = new Spec(1) };
        made.Prepare(new Spec(1)).Count.Should().Be(1);
        made.Invoking(d => d.Prepare(new Spec(2))).Should().Throw<ArgumentException>().WithMessage("*made for another*");
        made.Subset([0]).Prepare(new Spec(1)).Count.Should().Be(1);
    }

    [Fact]
    public void What_is_measured_does_not_depend_on_the_batches_that_sequences_stand_in()
    {
        using var backbone = new ModuleBackbone(
            "sums", nn.Identity(), 1, [new LayerGroup("body", [""], input => input.WithValues(input.Values.unsqueeze(-1)))]);
        using var model = backbone.WithHead(new LinearHead(["even", "odd"]));
        Formula.FillModule(model.Head);
        var (data, options) = (Sequences(40), Experiment.Options with { Epochs = 1 });
        var one = new Trainer(options with { BatchSize = 1 }).Evaluate(model, data);
        var many = new Trainer(options with { BatchSize = 16 }).Evaluate(model, data);
        many.Loss.Should().BeApproximately(one.Loss, 1e-6);
        many.Classification!.Count.Should().Be(40);
    }

    /// <summary>Sequence i has i + 1 numbers i, and the class of its evenness.</summary>
    private static ExampleDataset Sequences(int count) => new(
        count, i => (full([i + 1], (float)i), tensor((long)(i % 2))), Targets.Classes([.. Enumerable.Range(0, count).Select(i => i % 2)], ["even", "odd"]))
    {
        Lengths = [.. Enumerable.Range(1, count)],
    };

    private sealed record Spec(int Version) : InputSpec
    {
        public override JsonObject ToJson() => [];
    }
}
