namespace TransferLearning.Vision;

public sealed partial class ImageClassifier
{
    /// <summary>
    /// Measures the classifier on a folder with one sub-folder of images for each class, on the test images (else the validation's) of one
    /// that is split (<see cref="FolderSplits"/>), or on a CSV file of paths with classes, or with values in columns of the model's names
    /// (<see cref="ImageTable"/>). Others may predict meanwhile.
    /// </summary>
    /// <param name="path">The folder or file; it need not have every class of the model.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The file is no such table; the message names the line.</exception>
    /// <exception cref="ArgumentException">There is a class that the model does not know, and the message names it; or an image makes the
    /// model give NaN.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be decoded.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Evaluation Evaluate(string path, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (File.Exists(path)) return Evaluate(ImageTable.Open(path, TableOptions), progress, cancellationToken);
        var splits = FolderSplits.Find(path);
        var options = new DatasetFolderOptions { ClassNames = Labels, EmptyClasses = ProblemHandling.Skip };
        var data = ImageFolder.Open(splits?.Test ?? splits?.Validation ?? path, options, cancellationToken);
        return Evaluate(data, progress, cancellationToken);
    }

    /// <summary>Measures the classifier on a data set. Others may predict meanwhile.</summary>
    /// <param name="data">Images with targets of the kind that the model was trained on; its names are the model's, in any order where
    /// they are classes or labels.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <inheritdoc cref="Evaluate(string, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Evaluation Evaluate(
        ImageDataset data, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var use = _users.Enter();
        var trainer = new Trainer(new TrainerOptions { Device = _predictor.Device });
        return trainer.Evaluate(_predictor.Model, data.WithTargets(data.Targets.WithNames(Labels)), progress, cancellationToken);
    }

    private ImageTableOptions TableOptions =>
        GivesProbabilities ? new() { ClassNames = Labels } : new() { Values = Labels };
}
