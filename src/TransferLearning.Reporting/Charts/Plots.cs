using ScottPlot;

namespace TransferLearning.Reporting;

/// <summary>The charts of the page as PNG files, for papers and slides.</summary>
internal static class Plots
{
    private const int Width = 640, Height = 440, LargestMatrix = 1000, Numbered = 20;

    static Plots() => Fonts.FontResolvers.Insert(0, EmbeddedFont.Instance);

    /// <summary>Every picture that the report has data for, by the name of its file.</summary>
    public static IEnumerable<(string File, byte[] Png)> Of(ReportMaterial material)
    {
        LearningCurves[] charts = [.. material.Runs.SelectMany(LearningCurves.Of)];
        if (charts.Length > 0) yield return ("learning-curves.png", Png(charts));
        if (material.Report.Classification is not { Count: > 0 } answers) yield break;
        if (answers.Classes.Count is > 1 and <= LargestMatrix) yield return ("confusion.png", Png(answers));
        if (answers.Calibration is { } calibration) yield return ("reliability.png", Png(calibration));
    }

    private static byte[] Png(LearningCurves[] charts)
    {
        Multiplot all = new();
        all.AddPlots(charts.Length);
        foreach (var (chart, plot) in charts.Zip(all.GetPlots()))
        {
            foreach (var curve in chart.Curves)
                plot.Add.Scatter(curve.Points.Select(point => (double)point.Epoch).ToArray(), curve.Points.Select(point => point.Value).ToArray())
                    .LegendText = curve.Name;
            plot.Add.VerticalLine(chart.KeptEpoch, 1, Colors.Gray, LinePattern.Dashed).LegendText = $"kept: epoch {chart.KeptEpoch}";
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
            // Where the curves seldom are.
            plot.ShowLegend(chart.Name == Evaluation.LossName ? Alignment.UpperRight : Alignment.LowerRight);
            Finish(plot, chart.Name, "epoch", chart.Name);
        }
        var columns = Math.Min(2, charts.Length);
        var rows = (charts.Length + columns - 1) / columns;
        all.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, columns);
        return all.Render(columns * Width, rows * Height).GetImageBytes(ImageFormat.Png);
    }

    private static byte[] Png(ClassificationResult answers)
    {
        var count = answers.Classes.Count;
        var shares = new double[count, count];
        using Plot plot = new();
        foreach (var (truth, answer, examples) in answers.Confusion.Entries)
        {
            shares[truth, answer] = (double)examples / answers.Classes[truth].Support;
            if (count > Numbered) continue;
            var text = plot.Add.Text($"{examples}", answer, count - 1 - truth);
            text.LabelAlignment = Alignment.MiddleCenter;
            text.LabelFontColor = shares[truth, answer] > 0.5 ? Colors.White : Colors.Black;
            text.LabelFontName = EmbeddedFont.Name;
        }
        var heatmap = plot.Add.Heatmap(shares);
        heatmap.Colormap = new ScottPlot.Colormaps.Blues().Reversed();
        plot.MoveToBack(heatmap);
        if (count <= Numbered)
        {
            var names = answers.Classes.Select(one => one.Name).ToArray();
            plot.Axes.Left.SetTicks([.. Enumerable.Range(0, count).Select(i => (double)(count - 1 - i))], names);
            plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, count).Select(i => (double)i)], names);
            (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (45, Alignment.MiddleLeft);
            (plot.Axes.Bottom.MinimumSize, plot.Axes.Right.MinimumSize) = (Math.Min(40 + 5 * names.Max(name => name.Length), 200), 40);
        }
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, count - 0.5, -0.5, count - 0.5);
        Finish(plot, "confusion", "answer", "class");
        return plot.GetImageBytes(Width, Width, ImageFormat.Png);
    }

    private static byte[] Png(Calibration calibration)
    {
        using Plot plot = new();
        var bins = calibration.Bins.Index().Where(bin => bin.Item.Count > 0).ToArray();
        var width = 1.0 / calibration.Bins.Count;
        var bars = plot.Add.Bars(bins.Select(bin => new Bar
        {
            Position = (bin.Index + 0.5) * width, Value = bin.Item.Accuracy, Size = width * 0.9, FillColor = Colors.LightSteelBlue, LineWidth = 0,
        }).ToArray());
        bars.LegendText = "share of right answers";
        plot.Add.ScatterPoints(bins.Select(bin => bin.Item.Confidence).ToArray(), bins.Select(bin => bin.Item.Accuracy).ToArray())
            .LegendText = "at the mean probability";
        plot.Add.Line(0, 0, 1, 1).LinePattern = LinePattern.Dashed;
        plot.Axes.SetLimits(0, 1, 0, 1.02);
        plot.ShowLegend(Alignment.UpperLeft);
        Finish(
            plot, FormattableString.Invariant($"reliability, expected calibration error {calibration.ExpectedCalibrationError:F3}"),
            "probability of the answer", "share of right answers");
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static void Finish(Plot plot, string title, string x, string y)
    {
        plot.Title(title);
        plot.XLabel(x);
        plot.YLabel(y);
        plot.Font.Set(EmbeddedFont.Name);
        plot.Legend.FontName = EmbeddedFont.Name;
    }
}
