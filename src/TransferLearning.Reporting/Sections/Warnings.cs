namespace TransferLearning.Reporting;

/// <summary>What the user should know.</summary>
internal sealed class Warnings : ISection
{
    public string Title => "Warnings";

    public Html? Render(ReportMaterial material) => material.Report.Warnings is { Count: > 0 } warnings
        ? Html.Of($"<ul class=\"warnings\">{Html.Each(warnings, warning => $"<li>{warning}</li>")}</ul>")
        : null;
}
