using Spectre.Console;
using TransferLearning;
using TransferLearning.Text;

namespace TextClassification;

internal static class Training
{
    public static TrainingReport Run(TextBackbone backbone, TextDataset train, TextDataset validation, FineTuneOptions options, string output, CancellationToken cancellation)
    {
        var recipe = TextRecipe.Choose(train, options, backbone.Input.Pooling);
        AnsiConsole.WriteLine($"{train.Count} texts to learn from, {validation.Count} to measure by, {train.Targets.Names.Count} classes; {backbone.Info.Id}. {recipe.Reason}");

        using var model = recipe.CreateModel(backbone, train.Targets);
        var report = Progress.Show(progress => recipe.Fit(model, train, validation, progress, cancellation));
        model.Save(output);
        return report;
    }
}
