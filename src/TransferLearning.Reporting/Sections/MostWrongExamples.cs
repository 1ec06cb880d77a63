namespace TransferLearning.Reporting;

/// <summary>Examples to look at, with their pictures or texts.</summary>
internal sealed class MostWrongExamples : ISection
{
    public string Title => "Most wrong";

    public Html? Render(ReportMaterial material) => material.Options.Examples is { Count: > 0 } examples
        ? Html.Of($"<div class=\"examples\">{Html.Each(examples, Card)}</div>")
        : null;

    private static Html Card(ReportExample example) =>
        $"""
        <article class="{(example.Text is null ? "image" : "text")}">
        {(example.Pictures.Count == 0 ? null : Html.Of($"<div class=\"views\">{Html.Each(example.Pictures, GivenPictures.Image)}</div>"))}
        {(example.Text is null ? null : Html.Of($"<blockquote>{example.Text}</blockquote>"))}
        <p><strong>{example.Answer}</strong> {example.Probability:F2}, but it is <strong>{example.Truth}</strong> {example.TruthProbability:F2}</p>
        {(example.Text is null ? Html.Of($"<p class=\"note\">{example.Name}</p>") : null)}
        </article>
        """;
}
