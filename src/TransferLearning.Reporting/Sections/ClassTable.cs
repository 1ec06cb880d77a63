namespace TransferLearning.Reporting;

/// <summary>The measures of each class or label.</summary>
internal sealed class ClassTable : ISection
{
    private const int Open = 30;

    public string Title => "Classes";

    public Html? Render(ReportMaterial material)
    {
        var evaluation = material.Report.Evaluation;
        if ((evaluation?.Classification?.Classes ?? evaluation?.Result<MultiLabelResult>()?.Classes) is not { Count: > 0 } classes) return null;
        return $"""
            <details{(classes.Count <= Open ? " open" : "")}><summary>{classes.Count} classes</summary>
            <div class="wide"><table class="classes">
            <tr><th>class</th><th class="number">precision</th><th class="number">recall</th><th class="number">F1</th><th class="number">examples</th></tr>
            {Html.Each(classes, Row)}
            </table></div></details>
            """;
    }

    private static Html Row(ClassMeasures one) =>
        $"""
        <tr><td>{one.Name}</td><td class="number">{one.Precision:F3}</td><td class="number">{one.Recall:F3}</td>
        <td class="number bar" style="--share:{one.F1:F3}">{one.F1:F3}</td><td class="number">{one.Support}</td></tr>
        """;
}
