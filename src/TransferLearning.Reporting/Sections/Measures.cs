namespace TransferLearning.Reporting;

/// <summary>The numbers that tell most, with their intervals.</summary>
internal sealed class Measures : ISection
{
    public string Title => "Measures";

    public Html? Render(ReportMaterial material)
    {
        if (material.Report.Evaluation is not { } evaluation) return $"<p>Nothing was measured: the run had no validation set.</p>";
        return $"""
            <dl class="tiles">{Html.Each(evaluation.Values, value => Tile(value.Name, value.Value, Note(value, evaluation)))}</dl>
            <p class="note">Of {evaluation.Count} examples that were not learnt from.</p>
            """;
    }

    private static Html Tile(string name, double value, string note) =>
        $"""<div><dt>{name}</dt><dd data-measure="{name}">{value:F3}</dd><dd class="note">{note}</dd></div>""";

    private static string Note(MetricValue value, Evaluation evaluation) => (value.Name, evaluation.Classification) switch
    {
        ("accuracy", { AccuracyInterval: [var low, var high] }) => FormattableString.Invariant($"95 % interval {low:F3} to {high:F3}"),
        _ => value.LowerIsBetter ? "less is better" : "",
    };
}
