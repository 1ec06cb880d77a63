namespace TransferLearning.Text;

/// <summary>Fine-tuning in one call.</summary>
internal static class TextFineTune
{
    /// <summary>The trained model, which the caller owns, and what training did and reached.</summary>
    /// <param name="train">Texts to learn from.</param>
    /// <param name="validation">Texts to measure by; null: a share of the others, nothing where each class has one text.</param>
    /// <param name="backbone">Name or place of the backbone.</param>
    /// <param name="options">The options.</param>
    /// <param name="choose">The recipe for the backbone and the texts that are left to learn from.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    public static (TransferModel Model, TrainingReport Report) Run<T>(
        T train, T? validation, string backbone, FineTuneOptions options, Func<TextBackbone, T, Recipe> choose, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        where T : class, IDataset<T>
    {
        ArgumentNullException.ThrowIfNull(train);
        options.Validate();
        if (validation is null) (train, validation) = train.Split(1 - options.ValidationShare, options.Seed);
        var encoder = TextBackbones.Load(backbone, progress: options.Downloads, cancellationToken: cancellation);
        TransferModel? model = null;
        try
        {
            var recipe = choose(encoder, train);
            model = recipe.CreateModel(encoder, train.Targets, ownsBackbone: true);
            var report = recipe.Fit(model, train, validation.Count > 0 ? validation : null, progress, cancellation);
            return (model, validation.Count > 0 ? report
                : report with { Warnings = [.. report.Warnings, "Nothing was measured: no class has a text to spare. Give two or more "
                + "of each, or a validation set."] });
        }
        catch
        {
            if (model is null) encoder.Dispose();
            model?.Dispose();
            throw;
        }
    }
}
