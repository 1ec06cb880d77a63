namespace TransferLearning;

/// <summary>Examples, not yet prepared for a certain backbone.</summary>
public interface IDataset
{
    /// <summary>Number of examples.</summary>
    int Count { get; }

    /// <summary>What is to be predicted of the examples.</summary>
    Targets Targets { get; }

    /// <summary>
    /// A number that is another one for other examples: a run goes on from a checkpoint with the same examples alone. Default: that of
    /// the targets.
    /// </summary>
    uint Checksum => Targets.Checksum;

    /// <summary>
    /// What was found and did not become an example, such as files that cannot be read: reports count it. Default: nothing.
    /// </summary>
    IReadOnlyList<SkippedItem> Skipped => [];

    /// <summary>
    /// A sentence that names examples which the other set has too, the same or nearly so: what is measured on them was learnt by heart.
    /// Default: null, none are looked for.
    /// </summary>
    /// <param name="other">The set that is measured by.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    string? Overlap(IDataset other, CancellationToken cancellationToken = default) => null;

    /// <summary>
    /// The examples as batches for a backbone with that input.
    /// Throws <see cref="ArgumentException"/>, saying what does not fit, where the data set cannot serve it.
    /// </summary>
    /// <param name="input">The backbone's input; null where it takes tensors as they are.</param>
    IBatchSource Prepare(InputSpec? input);
}

/// <summary>A data set of which a part is a data set of the same kind: so it can be split.</summary>
/// <typeparam name="TSelf">The data set's own type.</typeparam>
public interface IDataset<out TSelf> : IDataset where TSelf : IDataset<TSelf>
{
    /// <summary>The examples at these positions, in this order, with the same names of classes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position does not exist.</exception>
    TSelf Subset(IReadOnlyList<int> indices);
}
