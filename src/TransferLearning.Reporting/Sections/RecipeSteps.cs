using System.Globalization;

namespace TransferLearning.Reporting;

/// <summary>How the model was made, so that it can be made again.</summary>
internal sealed class RecipeSteps : ISection
{
    public string Title => "Recipe";

    public Html? Render(ReportMaterial material)
    {
        var report = material.Report;
        return $"""
            <ol class="strategies">{Html.Each(report.Strategies, strategy => $"<li>{strategy}</li>")}</ol>
            {Html.Each(report.Stages.Index(), stage => Stage(stage.Index, stage.Item))}
            <dl class="facts">{Html.Each(Facts(report), fact => $"<dt>{fact.Name}</dt><dd>{fact.Value}</dd>")}</dl>
            """;
    }

    private static Html Stage(int index, TrainingReport stage) =>
        $"""
        <details><summary>Stage {index + 1}: {stage.Epochs.Count} epochs, {stage.Seconds:F0} s</summary>
        <dl class="facts">{Html.Each(Run(stage), fact => $"<dt>{fact.Name}</dt><dd>{fact.Value}</dd>")}</dl></details>
        """;

    private static IEnumerable<(string Name, string Value)> Facts(TrainingReport report) =>
    [
        ("backbone", report.Backbone),
        ("weights", report.Weights is not { } weights ? "random" : $"{weights.Source}{Optional(", ", weights.Licence)}{Optional(", SHA-256 ", weights.Sha256)}"),
        ("head", $"{report.Head}, {report.Labels.Count} outputs"),
        ("learnt from", $"{Number(report.TrainCount)} examples"),
        ("measured by", $"{Number(report.ValidationCount)} examples"),
        .. report.Stages.Count == 0 ? Run(report) : [],
        ("weights trained", string.Join(", ", report.Trained.Select(group => $"{group.Key} {Number(group.Value)}"))),
        .. report.FeatureCaches.Select(cache => ("computed once", $"{cache.Stage} of {Number(cache.Examples)} {cache.Data} examples")),
        ("seed", report.Seed.ToString(CultureInfo.InvariantCulture)),
        ("device", report.Device),
        ("time", string.Create(CultureInfo.InvariantCulture, $"{report.Seconds:F0} s, {report.Date:O}")),
        .. report.Versions.Select(version => (version.Key, version.Value)),
    ];

    private static IEnumerable<(string Name, string Value)> Run(TrainingReport run) =>
    [
        ("objective", run.Objective),
        ("optimizer", run.Optimizer),
        ("sampler", run.Sampler),
        ("batch", $"{run.BatchSize} examples"),
        ("compared by", run.Monitor),
        ("weights kept", $"epoch {run.WeightsFromEpoch} of {run.Epochs.Count}"),
        ("ended", run.StopReason),
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Optional(string before, string? text) => text is null ? "" : before + text;
}
