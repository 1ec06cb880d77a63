namespace TransferLearning;

/// <summary>
/// Targets of several tasks for each example, such as a class and numbers: those of the main task are a set's values, those of another
/// stand under its name. For a <see cref="MultiTaskHead"/>.
/// </summary>
public sealed class MultiTaskTargets : Targets
{
    /// <summary>Puts the targets of the same examples together.</summary>
    /// <param name="main">Those of the main task; their names are the set's.</param>
    /// <param name="others">Those of the others by the name of the task; at least one, each of as many examples, one tensor of values
    /// each.</param>
    /// <exception cref="ArgumentException">A name does not serve or is there twice, targets are not listed, or they are more or
    /// fewer.</exception>
    public MultiTaskTargets(Targets main, params IReadOnlyList<(string Task, Targets Targets)> others)
        : base((main ?? throw new ArgumentNullException(nameof(main))).Names)
    {
        ArgumentNullException.ThrowIfNull(others);
        TaskNames.Check(others.Select(other => other.Task));
        foreach (var (task, targets) in others.Prepend(("main", main)))
            if (targets is not (ClassTargets or ProbabilityTargets or LabelTargets or ValueTargets) || targets.Count != main.Count)
                throw new ArgumentException(
                    $"The task '{task}' has {targets?.Count ?? 0} targets, {targets?.GetType().Name ?? "null"}; a task has classes, probabilities, "
                    + $"labels or values, as many as the main one, {main.Count ?? 0}.", nameof(others));
        (Main, Others) = (main, [.. others]);
    }

    /// <summary>Targets of the main task.</summary>
    public Targets Main { get; }

    /// <summary>Targets of the others.</summary>
    public IReadOnlyList<(string Task, Targets Targets)> Others { get; }

    /// <inheritdoc/>
    public override int? Count => Main.Count;

    /// <inheritdoc/>
    public override uint Checksum => Others.Aggregate(
        Main.Checksum, (checksum, other) => Crc32.Append(checksum, BitConverter.GetBytes(other.Targets.Checksum)));

    /// <inheritdoc/>
    public override TensorSet Gather(ReadOnlySpan<int> positions)
    {
        var set = Main.Gather(positions);
        foreach (var (task, targets) in Others) set = set.With(task, targets.Gather(positions).Values);
        return set;
    }

    /// <inheritdoc/>
    public override Targets Subset(IReadOnlyList<int> positions) =>
        new MultiTaskTargets(Main.Subset(positions), [.. Others.Select(other => (other.Task, other.Targets.Subset(positions)))]);

    private protected override Targets Renumbered(int[] indices, IReadOnlyList<string> names) =>
        new MultiTaskTargets(Main.WithNames(names), Others);
}
