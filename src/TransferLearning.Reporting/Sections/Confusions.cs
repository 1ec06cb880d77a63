namespace TransferLearning.Reporting;

/// <summary>Which classes were taken for which: a table where it is small enough, and the most confused pairs.</summary>
internal sealed class Confusions : ISection
{
    private const int LargestTable = 15, Pairs = 10;

    public string Title => "Confusions";

    public Html? Render(ReportMaterial material) => material.Report.Classification is { Count: > 0, Classes.Count: > 1 } answers
        ? Html.Of($"<div class=\"charts\">{(answers.Classes.Count <= LargestTable ? Table(answers) : null)}{MostConfused(answers)}</div>")
        : null;

    private static Html Table(ClassificationResult answers) =>
        $"""
        <div class="wide"><p class="note">Rows are the classes, columns the answers.</p>
        <table class="confusion">
        <tr><td></td>{Html.Each(answers.Classes.Index(), one => $"<th scope=\"col\" title=\"{one.Item.Name}\">{one.Index + 1}</th>")}</tr>
        {Html.Each(answers.Classes.Index(), truth => $"""
            <tr><th scope="row"><span>{truth.Index + 1}</span> {truth.Item.Name}</th>
            {Html.Each(Enumerable.Range(0, answers.Classes.Count), answer => Cell(answers, truth.Index, answer))}</tr>
            """)}
        </table></div>
        """;

    private static Html Cell(ClassificationResult answers, int truth, int answer)
    {
        var (count, support) = (answers.Confusion[truth, answer], Math.Max(1, answers.Classes[truth].Support));
        var (kind, written) = (truth == answer ? "right" : "wrong", count == 0 ? "" : FormattableString.Invariant($"{count}"));
        return $"""
            <td class="{kind}" style="--share:{(double)count / support:F2}"
            title="{answers.Classes[truth].Name} taken for {answers.Classes[answer].Name}: {count}">{written}</td>
            """;
    }

    private static Html MostConfused(ClassificationResult answers)
    {
        var pairs = answers.Confusion.Entries.Where(pair => pair.Truth != pair.Answer).OrderByDescending(pair => pair.Count).Take(Pairs).ToList();
        if (pairs.Count == 0) return $"<p>No class was taken for another.</p>";
        return $"""
            <div><h3>Most confused</h3>
            <table class="pairs">
            <tr><th>class</th><th>taken for</th><th class="number">examples</th></tr>
            {Html.Each(pairs, pair => $"<tr><td>{answers.Classes[pair.Truth].Name}</td><td>{answers.Classes[pair.Answer].Name}</td><td class=\"number\">{pair.Count}</td></tr>")}
            </table></div>
            """;
    }
}
