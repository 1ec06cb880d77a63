using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

public sealed class TensorDatasetTests : IDisposable
{
    private readonly Tensor _values = arange(12, ScalarType.Float32).reshape(4, 3);

    public void Dispose() => _values.Dispose();

    [Fact]
    public void A_batch_holds_the_rows_asked_for_in_their_order()
    {
        var data = new TensorDataset(_values, [0, 1, 0, 1], ["a", "b"]);
        using var batch = data.Prepare(null).Load([3, 0], default);
        batch.Input.Values.Should().BeWithin(0, [9, 10, 11, 0, 1, 2]);
        batch.Target.Values.data<long>().Should().Equal(1, 0);
    }

    [Fact]
    public void A_subset_of_a_subset_keeps_rows_labels_and_names()
    {
        var data = new TensorDataset(_values, [0, 1, 0, 1], ["a", "b"]).Subset([3, 2, 1]).Subset([0, 2]);
        (data.Count, data.Targets.Names.Count).Should().Be((2, 2));
        ((ClassTargets)data.Targets).Indices.Should().Equal(1, 1);
        using var batch = data.Prepare(null).Load([1], default);
        batch.Input.Values.Should().BeWithin(0, [3, 4, 5]);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    public void Rows_keep_their_type(ScalarType type)
    {
        using var values = _values.to(type);
        using var batch = new TensorDataset(values, [0, 0, 0, 0], ["a", "b"]).Prepare(null).Load([2], default);
        using var expected = values[2..3];
        batch.Input.Values.Should().BeIdenticalTo(expected);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Refuses(() => new TensorDataset(_values, [0, 1], ["a", "b"]), "*4 rows and 2 labels*");
        Refuses(() => new TensorDataset(_values, [0, 1, 2, 0], ["a", "b"]), "*label 2 of row 2 is outside 0..1*");
        Refuses(() => new TensorDataset(_values, [0, -1, 0, 0], ["a", "b"]), "*label -1 of row 1*");
        using var turned = _values.t();
        Refuses(() => new TensorDataset(turned, [0, 1, 0], ["a", "b"]), "*contiguous*call .cpu().contiguous() first*");
        Refuses(() => new TensorDataset(null!, [0], ["a", "b"]), "*values*");
        Refuses(() => new TensorDataset(_values, null!, ["a", "b"]), "*indices*");
        Refuses(() => new TensorDataset(_values, [0, 1, 0, 1], null!), "*names*");
        Refuses(
            () => new TensorDataset(_values, [0, 1, 0, 1], ["a", "b"]).Prepare(new OtherInput()), "*wants OtherInput input, which tensors are not*");
    }

    [Fact]
    public void Targets_that_are_numbers_come_with_their_rows()
    {
        var data = new TensorDataset(_values, Targets.Values([[0, 1], [2, 3], [4, 5], [6, 7]], ["x", "y"]));
        data.Targets.Names.Should().Equal("x", "y");
        using var batch = data.Subset([3, 2, 1]).Prepare(null).Load([2, 0], default);
        batch.Input.Values.Should().BeWithin(0, [3, 4, 5, 9, 10, 11]);
        batch.Target.Values.Should().BeWithin(0, [2, 3, 6, 7]);
        batch.Target.Values.shape.Should().Equal(2, 2);
    }

    [Fact]
    public void Without_targets_the_rows_themselves_are_the_target()
    {
        using var batch = new TensorDataset(_values, new InputTargets()).Prepare(null).Load([1, 3], default);
        batch.Target.Values.Should().BeIdenticalTo(batch.Input.Values);
        batch.Count.Should().Be(2);
    }

    [Fact]
    public void Checksums_tell_rows_order_and_targets_apart()
    {
        var data = new TensorDataset(_values, [0, 1, 0, 1], ["a", "b"]);
        using var other = _values + 0;
        uint[] sums = [
            data.Checksum, data.Subset([0, 1, 2]).Checksum, data.Subset([1, 0, 2, 3]).Checksum, new TensorDataset(_values, [0, 1, 1, 1], ["a", "b"]).Checksum];
        sums.Should().OnlyHaveUniqueItems();
        new TensorDataset(other, [0, 1, 0, 1], ["a", "b"]).Checksum.Should().Be(data.Checksum, "they are the same examples");
    }

    [Fact]
    public void They_are_split_as_one_class()
    {
        var (first, second) = new TensorDataset(_values, Targets.Values([[1], [2], [3], [4]], ["x"])).Split(0.75);
        (first.Count, second.Count).Should().Be((3, 1));
    }

    [Fact]
    public void Targets_that_do_not_fit_are_named()
    {
        Refuses(() => new TensorDataset(_values, Targets.Values([[1], [2], [3]], ["x"])), "*4 rows and 3 labels*");
        Refuses(() => new TensorDataset(_values, Targets.Sequences([[1]])), "*4 rows and 1 labels*");
        Refuses(() => new TensorDataset(_values, Targets.Labels([["x"]])), "*4 rows and 1 labels*");
    }

    private static void Refuses(Func<object> create, string message) => create.Should().Throw<ArgumentException>().WithMessage(message);

    private sealed record OtherInput : InputSpec
    {
        public override JsonObject ToJson() => [];
    }
}
