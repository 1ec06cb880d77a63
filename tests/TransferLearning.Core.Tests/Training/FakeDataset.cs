namespace TransferLearning.Tests.Training;

/// <summary>A data set that differs from another in what a test says.</summary>
internal sealed class FakeDataset(IDataset inner) : IDataset, IBatchSource
{
    public int Count { get; init; } = inner.Count;

    public IReadOnlyList<SkippedItem> Skipped { get; init; } = [];

    public Targets Targets { get; init; } = inner.Targets;

    public uint Checksum => inner.Checksum;

    public bool IsDeterministic { get; init; } = true;

    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>Sees each batch before it is handed out.</summary>
    public Func<Batch, Batch> Change { get; init; } = batch => batch;

    public IBatchSource Prepare(InputSpec? input) => this;

    public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch) => Change(inner.Prepare(null).Load(indices, epoch));
}
