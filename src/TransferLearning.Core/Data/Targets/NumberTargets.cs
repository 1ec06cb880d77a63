using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A number for each name: values <c>[N, K]</c> float32.</summary>
public abstract class NumberTargets : Targets
{
    private readonly float[][] _rows;

    private protected NumberTargets(float[][] rows, IReadOnlyList<string> names) : base(ClassIndex.Of([], names).Names) => _rows = rows;

    /// <summary>The numbers of each example, in the order of the names.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Rows => _rows;

    /// <inheritdoc/>
    public override int? Count => _rows.Length;

    /// <inheritdoc/>
    public override uint Checksum => ChecksumOf(_rows);

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions)
    {
        Positions.Check(positions, _rows.Length);
        var values = new float[positions.Length * Names.Count];
        for (var i = 0; i < positions.Length; i++) _rows[positions[i]].CopyTo(values, i * Names.Count);
        return tensor(values, [positions.Length, Names.Count]).DetachFromDisposeScope();
    }

    private protected float[][] At(IReadOnlyList<int> positions)
    {
        Positions.Check(positions, _rows.Length);
        return [.. positions.Select(i => _rows[i])];
    }

    /// <summary>A copy of the rows, each checked.</summary>
    internal static float[][] Checked(
        IEnumerable<IReadOnlyList<float>> rows, IReadOnlyList<string> names, string what, Func<float, bool> isValid, Func<int, string>? describe)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(names);
        return [.. rows.Select((row, i) => row is not null && row.Count == names.Count && row.All(isValid)
            ? row.ToArray()
            : throw new ArgumentException(
                $"{Describe(describe, i)} has {row?.Count ?? 0} numbers [{string.Join(", ", row?.Take(10) ?? [])}] for {names.Count} "
                + $"names: give each a {what}, one for each name.", nameof(rows)))];
    }
}

/// <summary>Numbers to be predicted of each example.</summary>
public sealed class ValueTargets : NumberTargets
{
    internal ValueTargets(float[][] rows, IReadOnlyList<string> names) : base(rows, names) { }

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) => new ValueTargets(At(positions), Names);
}

/// <summary>How likely each class is for each example.</summary>
public sealed class ProbabilityTargets : NumberTargets
{
    internal ProbabilityTargets(float[][] rows, IReadOnlyList<string> names) : base(rows, names) { }

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) => new ProbabilityTargets(At(positions), Names);
}
