using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The features of all examples, kept in one tensor that is borrowed. Gathering is thread-safe.</summary>
internal interface IFeatureRows
{
    /// <summary>Keeps the features of the examples at these positions; false where they are not of the shape that is kept.</summary>
    bool TrySet(ReadOnlySpan<int> positions, TensorSet hidden);

    /// <summary>The features at these positions as they came. The caller owns the tensors.</summary>
    TensorSet Gather(ReadOnlySpan<int> positions);
}

/// <summary>Features that take the same room for every example, <c>[N, ...]</c>.</summary>
internal sealed class FixedRows(Tensor values) : IFeatureRows
{
    private readonly TensorRows _rows = new(values);

    public bool TrySet(ReadOnlySpan<int> positions, TensorSet hidden)
    {
        if (hidden.Mask is not null || !hidden.Values.shape.AsSpan(1).SequenceEqual(values.shape.AsSpan(1))) return false;
        using var scope = NewDisposeScope();
        _rows.Set(positions, hidden.Values.cpu().contiguous());
        return true;
    }

    public TensorSet Gather(ReadOnlySpan<int> positions) => new(_rows.Gather(positions));
}
