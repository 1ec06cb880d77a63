namespace TransferLearning.Text;

public sealed partial class TextClassifier
{
    /// <summary>
    /// Makes a classifier of a file of labelled texts, or of a folder that is split into such folders (<see cref="FolderSplits"/>). Where
    /// it is
    /// not split, a fifth is held out to measure by (nothing where each class has one text). How much is trained the number of examples
    /// decides.
    /// <see cref="Report"/> says what was done and reached.
    /// </summary>
    /// <param name="path">A file or folder that <see cref="TextFile.Open"/> reads, or one that is split.</param>
    /// <param name="backbone">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, or a repository on the
    /// hub: as <see cref="TextBackbones.Load"/> takes it.</param>
    /// <param name="options">How much is trained, and how; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps, and a download of weights.</param>
    /// <exception cref="TextFormatException">The file cannot be read; the message names the line.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the backbone's weights are nowhere.</exception>
    /// <exception cref="ArgumentException">There is no backbone of that name, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TextClassifier FineTune(
        string path, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(path) || FolderSplits.Find(path, ClassFolder.Tables) is not { } splits)
            return FineTune(TextFile.Open(path), null, backbone, options, progress, cancellationToken);
        var train = TextFile.Open(splits.Train);
        train = train.WithSkipped([.. train.Skipped, .. splits.Unused]);
        var validation = splits.Measured is { } place
            ? TextFile.Open(place, new TextFileOptions { ClassNames = train.Targets.Names })
            : null;
        return FineTune(train, validation, backbone, options, progress, cancellationToken);
    }

    /// <summary>Makes a classifier of labelled texts, by the recipe of <see cref="TextRecipe"/>.</summary>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="validation">Texts to measure by; null (default): a share of the others
    /// (<see cref="FineTuneOptions.ValidationShare"/>), which are then not learnt from.</param>
    /// <param name="backbone">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, or a repository on the
    /// hub.</param>
    /// <param name="options">How much is trained, and how; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps, and a download of weights.</param>
    /// <exception cref="FileNotFoundException">The backbone's weights are nowhere.</exception>
    /// <exception cref="ArgumentException">There is no backbone of that name, an option is out of its range, or the sets do not fit each
    /// other.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TextClassifier FineTune(
        TextDataset train, TextDataset? validation = null, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var (model, report) = TextFineTune.Run(
            train, validation, backbone, options, (encoder, texts) => TextRecipe.Choose(texts, options, encoder.Input.Pooling), progress, cancellationToken);
        return new TextClassifier(model, options.Device) { Report = report };
    }

    /// <summary>The same on a thread of its own.</summary>
    /// <inheritdoc cref="FineTune(string, string, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static Task<TextClassifier> FineTuneAsync(
        string path, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => FineTune(path, backbone, options, progress, cancellationToken), cancellationToken);

    /// <summary>The same on a thread of its own.</summary>
    /// <inheritdoc cref="FineTune(TextDataset, TextDataset?, string, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static Task<TextClassifier> FineTuneAsync(
        TextDataset train, TextDataset? validation = null, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => FineTune(train, validation, backbone, options, progress, cancellationToken), cancellationToken);
}
