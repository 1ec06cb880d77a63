namespace TransferLearning.Reporting;

/// <summary>A part of the page. A new one is a file, and a line in <see cref="ReportPage"/>.</summary>
internal interface ISection
{
    /// <summary>Its heading.</summary>
    string Title { get; }

    /// <summary>What stands under the heading; null where the section has nothing to say, and is left out.</summary>
    Html? Render(ReportMaterial material);
}
