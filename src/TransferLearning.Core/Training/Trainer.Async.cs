namespace TransferLearning;

public sealed partial class Trainer
{
    /// <summary>
    /// Trains the model in place as <see cref="Fit"/> does, on a thread of its own: neither the caller nor the thread pool waits. Until the
    /// task has ended the model belongs to the run.
    /// </summary>
    /// <param name="model">The model; its labels must be the data sets' class names.</param>
    /// <param name="train">Examples to learn from.</param>
    /// <param name="validation">Examples to measure by after every epoch; null: none.</param>
    /// <param name="progress">Told after every batch, on the training thread; a <see cref="Progress{T}"/> passes it on to the thread that
    /// it was made on.</param>
    /// <param name="cancellationToken">Ends the run between two steps, after a last checkpoint; the model keeps the weights that it has,
    /// and the task is cancelled.</param>
    /// <returns>What was done and reached. The task fails with the exceptions of <see cref="Fit"/>.</returns>
    public Task<TrainingReport> FitAsync(
        TransferModel model, IDataset train, IDataset? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Fit(model, train, validation, progress, cancellationToken), cancellationToken);
}
