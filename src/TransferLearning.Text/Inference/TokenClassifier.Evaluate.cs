namespace TransferLearning.Text;

public sealed partial class TokenClassifier
{
    /// <summary>Measures the classifier on a file of words with classes. Others may predict meanwhile.</summary>
    /// <param name="path">A file that <see cref="TokenDataset.OpenConll"/> reads; it need not have every class of the model.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="TextFormatException">The file cannot be read, or has a class that the model does not know; the message names the
    /// line.</exception>
    /// <exception cref="ArgumentException">A folder has a class that the model does not know, and the message names it; or a text makes
    /// the model give NaN.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Evaluation Evaluate(string path, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Evaluate(TokenDataset.OpenConll(path, Labels), progress, cancellationToken);

    /// <summary>Measures the classifier on a data set. Others may predict meanwhile.</summary>
    /// <param name="data">Words with classes that the model knows.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <inheritdoc cref="Evaluate(string, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Evaluation Evaluate(
        TokenDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var use = _users.Enter();
        var trainer = new Trainer(new TrainerOptions { Device = _predictor.Device });
        var named = data.WithTargets((TagTargets)data.Targets.WithNames(Labels));
        return trainer.Evaluate(_predictor.Model, named, progress, cancellationToken);
    }
}
