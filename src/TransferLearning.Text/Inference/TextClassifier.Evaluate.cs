namespace TransferLearning.Text;

public sealed partial class TextClassifier
{
    /// <summary>
    /// Measures the classifier on a file of labelled texts, or on a folder with one sub-folder for each class, of one that is split
    /// (<see cref="FolderSplits"/>) on the test's texts or else the validation's. Others may predict meanwhile.
    /// </summary>
    /// <param name="path">A file or folder that <see cref="TextFile.Open"/> reads; it need not have every class of the model.</param>
    /// <param name="options">Which columns hold what; null: they are found by their usual names.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="TextFormatException">The file cannot be read, or has a class that the model does not know; the message names the
    /// line.</exception>
    /// <exception cref="ArgumentException">A folder has a class that the model does not know, and the message names it; or a text makes
    /// the model give NaN.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Evaluation Evaluate(
        string path, TextFileOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        if (options.Numbers is null) options = options with { ClassNames = options.ClassNames ?? Labels };
        var splits = Directory.Exists(path) ? FolderSplits.Find(path, ClassFolder.Tables) : null;
        return Evaluate(TextFile.Open(splits?.Test ?? splits?.Validation ?? path, options), progress, cancellationToken);
    }

    /// <summary>Measures the classifier on a data set. Others may predict meanwhile.</summary>
    /// <param name="data">Texts with targets of the kind that the model was trained on; its names are the model's, in any order where they
    /// are classes or labels.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <inheritdoc cref="Evaluate(string, TextFileOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Evaluation Evaluate(
        TextDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var use = _users.Enter();
        var trainer = new Trainer(new TrainerOptions { Device = _predictor.Device });
        return trainer.Evaluate(_predictor.Model, data.WithTargets(data.Targets.WithNames(Labels)), progress, cancellationToken);
    }
}
