using Spectre.Console;
using TransferLearning;
using TransferLearning.Text;

namespace TextClassification;

internal static class Training
{
    public static TrainingReport Run(
        TextBackbone backbone, TextDataset train, TextDataset validation,
        TextStrategy strategy, int? epochs, TrainerOptions options, string output, CancellationToken cancellation)
    {
        var recipe = TextRecipe.Choose(train, strategy) with { Options = options };
        if (epochs is { } passes) recipe = recipe with { Epochs = passes };
        AnsiConsole.WriteLine($"{train.Count} texts to learn from, {validation.Count} to measure by, {train.ClassNames.Count} classes; {backbone.Info.Id}. {recipe.Reason}");

        using var model = recipe.CreateModel(backbone, train);
        var report = Progress.Show(progress => recipe.Fit(model, train, validation, progress, cancellation));
        model.Save(output);
        return report;
    }
}
