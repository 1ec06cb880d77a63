namespace TransferLearning;

/// <summary>
/// Where and how often a run saves its whole state, so that one that was stopped or killed goes on as if nothing had happened:
/// the same weights to the last bit.
/// </summary>
/// <remarks>
/// The folder holds <c>checkpoint-STEP.safetensors</c>, the newest ones, and, where there is a validation set,
/// <c>best.safetensors</c>: the model with the weights of the best epoch so far, by <see cref="TrainerOptions.Monitor"/>, as
/// <see cref="TransferModel.Save"/> writes it. A checkpoint holds what training has changed so far and the checksum of the rest:
/// go on with a model of the same pretrained weights. A folder belongs to one run at a time.
/// </remarks>
/// <param name="Folder">The folder; it is created.</param>
public sealed record CheckpointOptions(string Folder)
{
    /// <summary>
    /// Whether the run goes on from the folder's newest checkpoint; one without any starts anew. Where it is false the folder must hold
    /// none. Default false.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Least time between two checkpoints: the first step or end of an epoch after it writes one, but never so often that they take
    /// more than a twentieth of the time. The end of the run and its cancellation always write one. Zero: after every step. Default 15
    /// seconds.
    /// </summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How many checkpoints are kept, the newest ones; at least 1. Default 2: should one turn out damaged, the run goes on from the other.
    /// </summary>
    public int Keep { get; init; } = 2;

    /// <summary>The same options for one of several runs that belong together: each has a folder of its own in this one.</summary>
    /// <param name="stage">Name of the run's folder, such as <c>"head"</c>.</param>
    public CheckpointOptions In(string stage) => this with { Folder = Path.Combine(Folder, stage) };

    /// <summary>A sentence for each option that is out of its range.</summary>
    internal IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Folder)) yield return "The checkpoints' folder has no name.";
        if (Interval < TimeSpan.Zero) yield return $"The checkpoints' Interval is {Interval}; it is zero or more.";
        if (Keep < 1) yield return $"The checkpoints' Keep is {Keep}; at least 1 is needed.";
    }
}
