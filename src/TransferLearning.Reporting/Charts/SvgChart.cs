namespace TransferLearning.Reporting;

/// <summary>Charts of the page: vectors in its own colours, so that they are legible in the dark too.</summary>
internal static class SvgChart
{
    private const int Width = 360, Height = 250, Left = 44, Right = 350, Top = 14, Bottom = 214;

    public static Html Of(LearningCurves chart)
    {
        var (first, last) = (chart.Curves.Min(curve => curve.Points[0].Epoch), chart.Curves.Max(curve => curve.Points[^1].Epoch));
        Axis x = new(first, Math.Max(last, first + 1), Left + 8, Right - 8);
        var y = Axis.Around([.. chart.Curves.SelectMany(curve => curve.Points).Select(point => point.Value)], Bottom, Top);
        Html content =
            $"""
            {Grid(x, y, [.. x.Ticks.Where(double.IsInteger)], "epoch")}
            <line class="kept" x1="{x[chart.KeptEpoch]:F1}" x2="{x[chart.KeptEpoch]:F1}" y1="{Top}" y2="{Bottom}"/>
            {Html.Each(chart.Curves.Index(), curve => Line(curve.Item, curve.Index, x, y))}
            """;
        return Frame(chart.Name, $"{chart.Name} by epoch; the weights kept are those of epoch {chart.KeptEpoch}", content);
    }

    public static Html Of(Calibration calibration)
    {
        Axis x = new(0, 1, Left, Right), y = new(0, 1, Bottom, Top);
        var width = (Right - Left) / (double)calibration.Bins.Count;
        var bins = calibration.Bins.Index().Where(bin => bin.Item.Count > 0);
        Html content =
            $"""
            {Html.Each(bins, bin => $"""
                <rect class="bar" x="{Left + bin.Index * width + 1:F1}" width="{width - 2:F1}" y="{y[bin.Item.Accuracy]:F1}" height="{Bottom - y[bin.Item.Accuracy]:F1}"/>
                """)}
            {Grid(x, y, [.. x.Ticks], "probability of the answer")}
            <line class="ideal" x1="{Left}" y1="{Bottom}" x2="{Right}" y2="{Top}"/>
            {Html.Each(bins, bin => Point("curve0", x[bin.Item.Confidence], y[bin.Item.Accuracy],
                FormattableString.Invariant($"{bin.Item.Count} answers of probability {bin.Item.Confidence:F3}: {bin.Item.Accuracy:F3} right")))}
            """;
        return Frame("reliability", "Share of right answers by their probability", content);
    }

    private static Html Frame(string name, string description, Html content) =>
        $"""
        <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{description}" data-chart="{name}">{content}</svg>
        """;

    private static Html Grid(Axis x, Axis y, double[] columns, string name) =>
        $"""
        {Html.Each(y.Ticks, tick => $"""
            <line class="grid" x1="{Left}" x2="{Right}" y1="{y[tick]:F1}" y2="{y[tick]:F1}"/><text class="tick end" x="{Left - 6}" y="{y[tick] + 4:F1}">{tick:0.####}</text>
            """)}
        {Html.Each(columns, tick => $"""
            <text class="tick middle" x="{x[tick]:F1}" y="{Bottom + 16}">{tick:0.##}</text>
            """)}
        <line class="axis" x1="{Left}" x2="{Right}" y1="{Bottom}" y2="{Bottom}"/>
        <text class="tick middle" x="{(Left + Right) / 2}" y="{Height - 4}">{name}</text>
        """;

    private static Html Line(Curve curve, int index, Axis x, Axis y)
    {
        var path = string.Join(" ", curve.Points.Select(point => FormattableString.Invariant($"{x[point.Epoch]:F1},{y[point.Value]:F1}")));
        return $"""
            <polyline class="curve{index}" points="{path}"/>
            {Html.Each(curve.Points, point => Point($"curve{index}", x[point.Epoch], y[point.Value],
                FormattableString.Invariant($"{curve.Name}, epoch {point.Epoch}: {point.Value:G4}")))}
            """;
    }

    private static Html Point(string curve, double x, double y, string title) =>
        $"""<circle class="{curve}" cx="{x:F1}" cy="{y:F1}" r="2.5"><title>{title}</title></circle>""";
}
