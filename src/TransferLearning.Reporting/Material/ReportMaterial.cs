namespace TransferLearning.Reporting;

/// <summary>All that a section may show.</summary>
internal sealed record ReportMaterial(TrainingReport Report, ReportOptions Options)
{
    /// <summary>The runs of the report: its stages, or itself.</summary>
    public IReadOnlyList<TrainingReport> Runs => Report.Stages.Count > 0 ? Report.Stages : [Report];
}
