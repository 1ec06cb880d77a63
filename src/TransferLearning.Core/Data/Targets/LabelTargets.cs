using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Any number of labels for each example: values <c>[N, K]</c> float32, 1 where the label holds and 0 where not.</summary>
public sealed class LabelTargets : Targets
{
    private readonly int[][] _labels;

    internal LabelTargets(int[][] labels, IReadOnlyList<string> names) : base(names) => _labels = labels;

    /// <summary>The labels of each example, by their indices in ascending order.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Indices => _labels;

    /// <inheritdoc/>
    public override int? Count => _labels.Length;

    /// <inheritdoc/>
    public override uint Checksum => ChecksumOf(_labels);

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions)
    {
        Positions.Check(positions, _labels.Length);
        var values = new float[positions.Length * Names.Count];
        for (var i = 0; i < positions.Length; i++)
            foreach (var label in _labels[positions[i]]) values[i * Names.Count + label] = 1;
        return tensor(values, [positions.Length, Names.Count]).DetachFromDisposeScope();
    }

    private protected override Targets Renumbered(int[] indices, IReadOnlyList<string> names) =>
        new LabelTargets([.. _labels.Select(row => row.Select(label => indices[label]).Order().ToArray())], names);

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions)
    {
        Positions.Check(positions, _labels.Length);
        return new LabelTargets([.. positions.Select(i => _labels[i])], Names);
    }
}
