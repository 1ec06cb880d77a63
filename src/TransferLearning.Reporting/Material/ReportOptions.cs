namespace TransferLearning.Reporting;

/// <summary>What the page shows beside the report. All of it is optional.</summary>
public sealed record ReportOptions
{
    /// <summary>Title of the page. Default: the backbone's name.</summary>
    public string? Title { get; init; }

    /// <summary>Examples to look at, in their order: most often <see cref="ReportExample.MostWrong"/>. Default: none.</summary>
    public IReadOnlyList<ReportExample> Examples { get; init => field = NoNulls.Checked(value, nameof(Examples)); } = [];

    /// <summary>Pictures in sections of their own, such as a batch as the network sees it. Default: none.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init => field = NoNulls.Checked(value, nameof(Pictures)); } = [];
}
