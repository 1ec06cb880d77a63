namespace TransferLearning;

/// <summary>
/// Gathers the gradients of several batches for one step: large batches where memory holds small ones. The loss of the step is the mean
/// over all its examples, tokens or class weights, not a mean of means; the last step of an epoch takes what is left. Batch norm sees the
/// single batches.
/// </summary>
/// <param name="batches">Batches a step; at least 1.</param>
public sealed class GradientAccumulation(int batches) : IFineTuneStrategy
{
    private readonly int _batches = batches >= 1 ? batches : throw new ArgumentOutOfRangeException(
        nameof(batches), batches, "A step has at least one batch.");

    /// <inheritdoc/>
    public string Description => $"gradients of {_batches} batches a step";

    string? IFineTuneStrategy.Decides => "How many batches a step has";

    /// <inheritdoc/>
    public void Prepare(TrainingSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.BatchesPerStep = _batches;
    }
}
