using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>One class of several for each example: values <c>[N]</c> int64.</summary>
public sealed class ClassTargets : Targets
{
    private readonly int[] _indices;

    internal ClassTargets(int[] indices, IReadOnlyList<string> names) : base(names) => _indices = indices;

    /// <summary>Class index of each example.</summary>
    public IReadOnlyList<int> Indices => _indices;

    /// <inheritdoc/>
    public override int? Count => _indices.Length;

    /// <inheritdoc/>
    public override uint Checksum => ChecksumOf([_indices]);

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions)
    {
        Positions.Check(positions, _indices.Length);
        var classes = new long[positions.Length];
        for (var i = 0; i < classes.Length; i++) classes[i] = _indices[positions[i]];
        return tensor(classes).DetachFromDisposeScope();
    }

    private protected override Targets Renumbered(int[] indices, IReadOnlyList<string> names) =>
        new ClassTargets([.. _indices.Select(index => indices[index])], names);

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions)
    {
        Positions.Check(positions, _indices.Length);
        return new ClassTargets([.. positions.Select(i => _indices[i])], Names);
    }
}
