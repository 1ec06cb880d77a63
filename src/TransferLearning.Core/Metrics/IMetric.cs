using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// A measure of a model's outputs over a whole evaluation set. One of your own is one class; give it to the head, and its kind to
/// <see cref="Kinds"/> where a model that has it is opened again. Its settings alone make it: it keeps no state.
/// </summary>
public interface IMetric
{
    /// <summary>Name under which it is saved, such as <c>"classification"</c>.</summary>
    string Kind { get; }

    /// <summary>What it is made again of. Default: nothing.</summary>
    JsonObject Settings => [];

    /// <summary>An empty accumulator.</summary>
    /// <param name="labels">Names of the outputs in order; empty where they have none.</param>
    IMetricState Start(IReadOnlyList<string> labels);
}

/// <summary>Accumulates outputs over a whole evaluation set; never averages over batches.</summary>
public interface IMetricState
{
    /// <summary>Adds a batch: the head's output and the target, on any device.</summary>
    void Add(TensorSet output, TensorSet target);

    /// <summary>
    /// The measures over everything that was added; of nothing too, where they are NaN: it is asked for their names before a run.
    /// </summary>
    MetricResult Compute();
}
