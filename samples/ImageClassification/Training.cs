using Spectre.Console;
using TransferLearning;
using TransferLearning.Vision;

namespace ImageClassification;

internal static class Training
{
    public static TrainingReport Run(
        IPretrainedBackbone backbone, ImageDataset train, ImageDataset validation, FineTuneOptions options, string output, CancellationToken cancellation)
    {
        var recipe = ImageRecipe.Choose(train, options);
        using var model = recipe.CreateModel(backbone, train.Targets);
        AnsiConsole.WriteLine($"{train.Count} images to learn from, {validation.Count} to measure by, {train.Targets.Names.Count} classes; {backbone.Info.Id}, {recipe.Method}.");
        var report = Progress.Show(progress => recipe.Fit(model, train, validation, progress, cancellation));
        model.Save(output);
        return report;
    }
}
