using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

public sealed class RaggedRowsTests : IDisposable
{
    private static readonly int[] Lengths = [3, 1, 2, 2];

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly RaggedRows _rows = new(empty(3 + 1 + 2 + 2 + 1, 2), Lengths);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Sequences_come_back_with_as_much_padding_as_the_batch_needs()
    {
        Set([0, 2], Sequences(4, 3)).Should().BeTrue("what is padded further is the same sequence");
        Set([3, 1], Sequences(2, 10)).Should().BeTrue();

        using var mixed = _rows.Gather([1, 2, 0]);
        mixed.Values.shape.Should().Equal(3, 3, 2);
        mixed.Mask!.sum(1).data<long>().Should().Equal(1, 2, 3);
        mixed.Values.data<float>().Should().Equal(14, 15, 0, 0, 0, 0, 11, 12, 13, 14, 0, 0, 3, 4, 5, 6, 7, 8);

        using var alike = _rows.Gather([3, 2]);
        alike.Mask.Should().BeNull("nothing is padded");
        alike.Values.data<float>().Should().Equal(10, 11, 12, 13, 11, 12, 13, 14);

        // Two sequences of so many columns, counted upwards from a number.
        static Tensor Sequences(long columns, float first) => arange(first, first + 2 * columns * 2, ScalarType.Float32).view(2, columns, 2);
    }

    [Fact]
    public void What_is_not_as_long_as_was_said_is_refused()
    {
        using var values = zeros(1, 3, 2);
        using var left = tensor(new[] { false, true, true }, [1, 3]);
        using var right = tensor(new[] { true, true, false }, [1, 3]);
        _rows.TrySet([2], new TensorSet(values, left)).Should().BeFalse("padding stands on the right");
        _rows.TrySet([2], new TensorSet(values)).Should().BeFalse("the third column would be real");
        _rows.TrySet([0], new TensorSet(values, right)).Should().BeFalse("a column would be missing");
        using var shorter = values.narrow(1, 0, 2);
        _rows.TrySet([0], new TensorSet(shorter)).Should().BeFalse();
        _rows.TrySet([0], new TensorSet(values)).Should().BeTrue();
    }

    private bool Set(int[] positions, Tensor sequences)
    {
        var columns = arange(sequences.shape[1]);
        var lengths = tensor(positions.Select(position => (long)Lengths[position]).ToArray());
        return _rows.TrySet(positions, new TensorSet(sequences, columns < lengths.unsqueeze(1)));
    }
}
