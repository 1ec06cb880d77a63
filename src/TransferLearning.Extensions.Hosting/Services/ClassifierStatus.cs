namespace TransferLearning.Extensions.Hosting;

/// <summary>What a classifier serves.</summary>
/// <param name="Path">The model's file.</param>
internal sealed record ClassifierStatus(string Path)
{
    /// <summary>When the model in service was loaded; null where there is none.</summary>
    public DateTimeOffset? Loaded { get; init; }

    /// <summary>The classes of the model in service.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Why the file's newest content is not in service; null where it is.</summary>
    public LoadFailure? Failure { get; init; }
}

/// <summary>A model that was refused.</summary>
/// <param name="Error">The reason.</param>
/// <param name="At">When.</param>
/// <param name="Stamp">What file it was; null where there was none.</param>
internal sealed record LoadFailure(Exception Error, DateTimeOffset At, FileStamp? Stamp);
