namespace TransferLearning.Reporting;

/// <summary>Pictures that were given, such as a batch as the network sees it.</summary>
internal sealed class GivenPictures : ISection
{
    public string Title => "Pictures";

    public Html? Render(ReportMaterial material) => material.Options.Pictures is { Count: > 0 } pictures
        ? Html.Each(pictures, picture => $"<figure class=\"picture\"><figcaption>{picture.Title}</figcaption>{Image(picture)}</figure>")
        : null;

    /// <summary>A picture inside the page.</summary>
    public static Html Image(ReportPicture picture) =>
        $"""<img alt="{picture.Title}" title="{picture.Title}" src="data:image/png;base64,{Convert.ToBase64String(picture.Png.Span)}">""";
}
