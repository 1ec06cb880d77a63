namespace TransferLearning.Reporting;

/// <summary>Whether answers of some probability are right as often as it says.</summary>
internal sealed class Reliability : ISection
{
    public string Title => "Reliability";

    public Html? Render(ReportMaterial material)
    {
        if (material.Report.Classification is not { Count: > 0, Calibration: { } calibration }) return null;
        return $"""
            <div class="charts"><figure>
            <figcaption>Share of right answers <span class="key curve0">measured</span> <span class="key ideal">ideal</span></figcaption>
            {SvgChart.Of(calibration)}
            </figure></div>
            <p class="note">Expected calibration error <span data-measure="expectedCalibrationError">{calibration.ExpectedCalibrationError:F3}</span>.
            Points below the line: the model is surer than it is right.</p>
            """;
    }
}
