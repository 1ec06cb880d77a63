namespace TransferLearning.Vision;

public sealed partial class ImageClassifier
{
    private const string DefaultBackbone = "efficientnet_lite0";

    /// <summary>
    /// Makes a classifier of a folder with one sub-folder of images for each class, of one that is split into such folders
    /// (<see cref="FolderSplits"/>), or of a CSV file of paths and classes (<see cref="ImageTable"/>).
    /// Where it is not split, a fifth of each class is held out to measure by. How much is trained the
    /// number of examples decides (<see cref="ImageRecipe"/>): in most cases the head alone, which takes seconds and needs few examples. <see cref="Report"/>
    /// says what was done and reached.
    /// </summary>
    /// <param name="path">A folder that <see cref="ImageFolder.Open"/> reads, one that is split, or a file that <see cref="ImageTable.Open"/>
    /// reads.</param>
    /// <param name="backbone">One of <see cref="VisionBackbones.Names"/>, or a file or folder with weights of one. Null (default):
    /// <c>efficientnet_lite0</c>.</param>
    /// <param name="options">Options; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches, steps or iterations, and a download of weights.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The file is no such table; the message names the line.</exception>
    /// <exception cref="ArgumentException">The folder holds fewer than two classes, the backbone is unknown, or an option is out of its
    /// range.</exception>
    /// <exception cref="ImageFormatException">A file is no image that can be decoded.</exception>
    /// <exception cref="FileNotFoundException">The backbone's weights are nowhere; the message lists the places.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ImageClassifier FineTune(
        string path, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (File.Exists(path)) return FineTune(ImageTable.Open(path), null, backbone, options, progress, cancellationToken);
        if (FolderSplits.Find(path) is not { } splits)
            return FineTune(ImageFolder.Open(path, null, cancellationToken), null, backbone, options, progress, cancellationToken);
        var train = ImageFolder.Open(splits.Train, null, cancellationToken);
        train = train.WithSkipped([.. train.Skipped, .. splits.Unused]);
        var measured = splits.Measured is { } place
            ? ImageFolder.Open(
                place, new DatasetFolderOptions { ClassNames = train.Targets.Names, EmptyClasses = ProblemHandling.Skip }, cancellationToken)
            : null;
        return FineTune(train, measured, backbone, options, progress, cancellationToken);
    }

    /// <summary>Makes a classifier of a data set, whose targets are classes, probabilities of classes, labels or values.</summary>
    /// <param name="train">Images to learn from.</param>
    /// <param name="validation">Images to measure by; null (default): a share of those to learn from is held out, see
    /// <see cref="FineTuneOptions.ValidationShare"/>.</param>
    /// <param name="backbone">One of <see cref="VisionBackbones.Names"/>, or a file or folder with weights of one. Null (default):
    /// <c>efficientnet_lite0</c>.</param>
    /// <param name="options">Options; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the work between two batches, steps or iterations, and a download of weights.</param>
    /// <inheritdoc cref="FineTune(string, string?, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static ImageClassifier FineTune(
        ImageDataset train, ImageDataset? validation = null, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        var recipe = ImageRecipe.Choose(train, options);
        var (learnt, held) = validation is null ? train.Split(1 - options.ValidationShare, options.Seed) : (train, validation);
        var head = recipe.Head(train.Targets);
        var model = LocalWeights.Open(backbone ?? DefaultBackbone, options.Downloads, cancellationToken).WithHead(head, ownsBackbone: true);
        try
        {
            var report = recipe.Fit(model, learnt, held.Count > 0 ? held.WithAugmentation() : null, progress, cancellationToken);
            if (held.Count == 0)
                report = report with
                {
                    Warnings = [
                        .. report.Warnings, "Nothing was measured: no class has an image to spare. Give two or more of each, or a "
                            + "validation set."]
                };
            return new ImageClassifier(model, options.Device) { Report = report };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The same on a thread of its own.</summary>
    /// <exception cref="InvalidDataException">The file is no such table; the message names the line.</exception>
    /// <inheritdoc cref="FineTune(string, string?, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static Task<ImageClassifier> FineTuneAsync(
        string path, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => FineTune(path, backbone, options, progress, cancellationToken), cancellationToken);

    /// <summary>The same on a thread of its own.</summary>
    /// <inheritdoc cref="FineTune(ImageDataset, ImageDataset?, string?, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static Task<ImageClassifier> FineTuneAsync(
        ImageDataset train, ImageDataset? validation = null, string? backbone = null, FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => FineTune(train, validation, backbone, options, progress, cancellationToken), cancellationToken);
}
