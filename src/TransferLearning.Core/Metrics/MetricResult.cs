using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>What a metric says of an evaluation set: numbers with a name each, and more in a type of its own.</summary>
public abstract record MetricResult
{
    /// <summary>Kind under which it stands in files, such as <c>"classification"</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The numbers by which models can be compared, the most telling one first.</summary>
    public abstract IReadOnlyList<MetricValue> Values { get; }

    /// <summary>All that it says, as it stands in reports and checkpoints. Default: its numbers under their names.</summary>
    public virtual JsonObject ToJson()
    {
        JsonObject json = [];
        foreach (var value in Values) json[value.Name] = MetricJson.Number(value.Value);
        return json;
    }
}

/// <summary>A number with a name.</summary>
/// <param name="Name">Its name in reports and for <see cref="TrainerOptions.Monitor"/>: <c>"macroF1"</c>.</param>
/// <param name="Value">The number; NaN where nothing was measured.</param>
/// <param name="LowerIsBetter">Whether less is better, as of errors. Default false.</param>
public readonly record struct MetricValue(string Name, double Value, bool LowerIsBetter = false);

/// <summary>A result of numbers alone: for metrics of your own, and what a file says of a metric that is not known.</summary>
public sealed record NumbersResult : MetricResult
{
    /// <summary>A result of that kind of metric.</summary>
    /// <param name="kind">Kind of the metric.</param>
    /// <param name="values">Its numbers; at least one.</param>
    public NumbersResult(string kind, params IReadOnlyList<MetricValue> values) =>
        (Kind, Values) = (kind ?? throw new ArgumentNullException(nameof(kind)), NoNulls.Checked(values, nameof(values)));

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<MetricValue> Values { get; }
}
