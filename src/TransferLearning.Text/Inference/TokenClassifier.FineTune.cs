namespace TransferLearning.Text;

public sealed partial class TokenClassifier
{
    /// <summary>Makes a classifier of a file of words with classes: holds out a fifth of its texts and trains every layer.</summary>
    /// <param name="path">A file that <see cref="TokenDataset.OpenConll"/> reads.</param>
    /// <param name="backbone">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, or a repository on the
    /// hub: as <see cref="TextBackbones.Load"/> takes it.</param>
    /// <param name="options">Epochs, batch size, seed and the like; null (default): all defaults.</param>
    /// <param name="progress">Told after every batch, on the training thread.</param>
    /// <param name="cancellationToken">Ends the run between two steps, and a download of weights.</param>
    /// <exception cref="TextFormatException">The file cannot be read; the message names the line.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or the backbone's weights are nowhere.</exception>
    /// <exception cref="ArgumentException">There is no backbone of that name, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TokenClassifier FineTune(
        string path, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FineTune(TokenDataset.OpenConll(path), null, backbone, options, progress, cancellationToken);

    /// <summary>Makes a classifier of words with classes, by the recipe of <see cref="TextRecipe"/>.</summary>
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
    public static TokenClassifier FineTune(
        TokenDataset train, TokenDataset? validation = null, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var (model, report) = TextFineTune.Run(
            train, validation, backbone, options, (encoder, texts) => TextRecipe.Choose(texts, encoder, options), progress, cancellationToken);
        return new TokenClassifier(model, options.Device) { Report = report };
    }

    /// <summary>The same on a thread of its own.</summary>
    /// <inheritdoc cref="FineTune(string, string, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static Task<TokenClassifier> FineTuneAsync(
        string path, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => FineTune(path, backbone, options, progress, cancellationToken), cancellationToken);

    /// <summary>The same on a thread of its own.</summary>
    /// <inheritdoc cref="FineTune(TokenDataset, TokenDataset?, string, FineTuneOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public static Task<TokenClassifier> FineTuneAsync(
        TokenDataset train, TokenDataset? validation = null, string backbone = "all_minilm_l6_v2", FineTuneOptions? options = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => FineTune(train, validation, backbone, options, progress, cancellationToken), cancellationToken);
}
