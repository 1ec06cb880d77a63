using TransferLearning.Reporting;

namespace TransferLearning.Tool.Tasks;

/// <summary>Data and backbone that are ready. It owns the backbone.</summary>
/// <param name="backbone">The backbone.</param>
/// <param name="train">Examples to learn from.</param>
/// <param name="held">Examples to measure by.</param>
/// <param name="recipe">How it is trained.</param>
/// <param name="examples">What the examples are, in the plural.</param>
/// <param name="inputs">Each example that is measured by: its file or text.</param>
/// <param name="predict">What the model that is saved there says of such inputs.</param>
/// <param name="wrong">Which of such inputs, of these classes, the model that is saved there is most wrong about.</param>
internal sealed class PreparedTraining(
    IPretrainedBackbone backbone, IDataset train, IDataset held, Recipe recipe, string examples, IReadOnlyList<string> inputs,
    Func<string, IReadOnlyList<string>, IEnumerable<Answer>> predict,
    Func<string, IReadOnlyList<string>, IReadOnlyList<string>, IEnumerable<ReportExample>> wrong) : IDisposable
{
    private const int Shown = 5;

    /// <summary>What is learnt from what, and why so, in one line.</summary>
    public string Description => $"{train.Count} {examples} to learn from, {held.Count} to measure by, {train.Targets.Names.Count} {Outputs}; "
        + $"{backbone.Info.Id}. {recipe.Reason}";

    private string Outputs => train.Targets switch { ClassTargets => "classes", LabelTargets => "labels", _ => "values" };

    /// <summary>Trains and saves the model.</summary>
    public TrainingReport Run(string output, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var model = recipe.CreateModel(backbone, train.Targets);
        var report = recipe.Fit(model, train, held.Count > 0 ? held : null, progress, cancellation);
        model.Save(output);
        return report;
    }

    /// <summary>
    /// What the saved model says of some examples that it was measured by, one of each class, with their classes; nothing where they have
    /// none.
    /// </summary>
    public IEnumerable<(Answer Answer, string Truth)> Examples(string model)
    {
        if (held.Targets is not ClassTargets targets) return [];
        var some = targets.Indices.Index().DistinctBy(example => example.Item).OrderBy(example => example.Item).Take(Shown).ToList();
        return predict(model, [.. some.Select(example => inputs[example.Index])])
            .Zip(some.Select(example => targets.Names[example.Item]));
    }

    /// <summary>What the page of the report shows beside it: the examples that the saved model is most wrong about.</summary>
    public ReportOptions Material(string model) => held.Targets is ClassTargets targets
        ? new() { Examples = [.. wrong(model, inputs, [.. targets.Indices.Select(index => targets.Names[index])])] }
        : new();

    public void Dispose() => backbone.Dispose();
}
