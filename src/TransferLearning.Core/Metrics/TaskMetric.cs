using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>A metric of one task of several: its numbers are named after it, as <c>"age.r2"</c>.</summary>
/// <param name="task">Name of the task, under which its outputs and targets stand.</param>
/// <param name="labels">Names of the task's outputs.</param>
/// <param name="metric">What they are measured by.</param>
internal sealed class TaskMetric(string task, IReadOnlyList<string> labels, IMetric metric) : IMetric
{
    internal const string Name = "task";

    /// <summary>Name of the task.</summary>
    public string Task => task;

    /// <summary>What its outputs are measured by.</summary>
    public IMetric Metric => metric;

    public string Kind => Name;

    public JsonObject Settings => new()
    {
        ["task"] = task, ["labels"] = new JsonArray([.. labels.Select(label => (JsonNode?)label)]),
        ["metric"] = new JsonObject { ["kind"] = metric.Kind, ["settings"] = metric.Settings },
    };

    public IMetricState Start(IReadOnlyList<string> _) => new State(task, metric, metric.Start(labels));

    internal static TaskMetric Read(JsonObject settings, Func<string, JsonObject, IMetric> read) => new(
        (string?)settings["task"] ?? throw new JsonException("The task of a metric is missing."),
        [.. settings["labels"]!.AsArray().Select(label => (string)label!)],
        read((string?)settings["metric"]?["kind"] ?? throw new JsonException("The kind of a task's metric is missing."),
            settings["metric"]!["settings"]!.AsObject()));

    private sealed class State(string task, IMetric metric, IMetricState state) : IMetricState
    {
        public void Add(TensorSet output, TensorSet target) => state.Add(output[task], target[task]);

        public MetricResult Compute() => new NumbersResult(
            $"{task}.{metric.Kind}", [.. state.Compute().Values.Select(value => value with { Name = $"{task}.{value.Name}" })]);
    }
}
