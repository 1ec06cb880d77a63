namespace TransferLearning.Reporting;

/// <summary>How the losses and the measure changed from epoch to epoch.</summary>
internal sealed class Learning : ISection
{
    public string Title => "Learning curves";

    public Html? Render(ReportMaterial material)
    {
        LearningCurves[] charts = [.. material.Runs.SelectMany(LearningCurves.Of)];
        return charts.Length == 0 ? null : Html.Of($"<div class=\"charts\">{Html.Each(charts, Figure)}</div>");
    }

    private static Html Figure(LearningCurves chart) =>
        $"""
        <figure>
        <figcaption>{chart.Name}
        {Html.Each(chart.Curves.Index(), curve => $" <span class=\"key curve{curve.Index}\">{curve.Item.Name}</span>")}
        <span class="key kept">kept: epoch {chart.KeptEpoch}</span></figcaption>
        {SvgChart.Of(chart)}
        </figure>
        """;
}
