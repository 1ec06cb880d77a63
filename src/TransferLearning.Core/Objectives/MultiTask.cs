using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What a task beside the main one contributes.</summary>
/// <param name="Name">Its name: of its outputs and targets in a <see cref="TensorSet"/>, and before the names of its numbers.</param>
/// <param name="Objective">What it minimises.</param>
/// <param name="Outputs">Number of its outputs that targets are checked against.</param>
/// <param name="Weight">What its loss is multiplied by; above 0.</param>
internal sealed record AuxiliaryTask(string Name, IObjective Objective, int Outputs, double Weight);

/// <summary>
/// Several tasks at once: the loss of the main one, and those of the others times their weights (Caruana, "Multitask learning", 1997).
/// Outputs and targets of the main task are a set's values, those of another stand under its name.
/// </summary>
internal sealed record MultiTask : IObjective
{
    internal const string Name = "multi-task";

    /// <summary>A sum of losses.</summary>
    /// <param name="main">What the main task minimises.</param>
    /// <param name="others">The other tasks; at least one.</param>
    /// <exception cref="ArgumentException">There is no other task, a name does not serve or is there twice, or a weight is not above
    /// 0.</exception>
    public MultiTask(IObjective main, params IReadOnlyList<AuxiliaryTask> others)
    {
        (Main, Others) = (main ?? throw new ArgumentNullException(nameof(main)), NoNulls.Checked(others, nameof(others)));
        TaskNames.Check(Others.Select(task => task.Name));
        foreach (var task in Others)
            if (!(task.Weight > 0 && double.IsFinite(task.Weight)))
                throw new ArgumentException($"The weight of the task '{task.Name}' is {task.Weight}; weights are above 0.", nameof(others));
    }

    /// <summary>What the main task minimises.</summary>
    public IObjective Main { get; }

    /// <summary>The other tasks.</summary>
    public IReadOnlyList<AuxiliaryTask> Others { get; }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public string Description => $"{Main.Description}, "
        + string.Join(", ", Others.Select(task => FormattableString.Invariant($"{task.Name}: {task.Weight} x {task.Objective.Description}")));

    /// <inheritdoc/>
    public JsonObject Settings => new()
    {
        ["main"] = Json(Main),
        ["others"] = new JsonArray([.. Others.Select(task => (JsonNode?)new JsonObject
        {
            ["name"] = task.Name, ["objective"] = Json(task.Objective), ["outputs"] = task.Outputs, ["weight"] = task.Weight,
        })]),
    };

    /// <summary>How the main task's outputs are to be read.</summary>
    public IAnswer Answer => Main.Answer;

    /// <summary>What the main task's outputs are measured by; a <see cref="MultiTaskHead"/> adds the others'.</summary>
    public IReadOnlyList<IMetric> Metrics => Main.Metrics;

    /// <inheritdoc/>
    public Tensor Loss(TensorSet output, TensorSet target)
    {
        using var scope = NewDisposeScope();
        var loss = Main.Loss(output, target);
        foreach (var task in Others) loss = loss + task.Objective.Loss(Part(output, task.Name), Part(target, task.Name)) * task.Weight;
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>What the main task's loss weighs.</summary>
    public double Weight(TensorSet target) => Main.Weight(target);

    /// <inheritdoc/>
    public void Validate(TensorSet target, int outputs)
    {
        Main.Validate(target, outputs);
        foreach (var task in Others) task.Objective.Validate(Part(target, task.Name), task.Outputs);
    }

    /// <summary>The values of one task, with the weights of the examples.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    internal static TensorSet Part(TensorSet set, string task)
    {
        ArgumentNullException.ThrowIfNull(set);
        var values = set.Find(task)
            ?? throw new ArgumentException($"There is nothing of the task '{task}': give the data set MultiTaskTargets that have it.");
        return new TensorSet(values).With(TensorNames.Weights, set.Find(TensorNames.Weights));
    }

    /// <summary>Whether both have the same settings.</summary>
    public bool Equals(MultiTask? other) => other is not null && JsonNode.DeepEquals(Settings, other.Settings);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.ToJsonString().GetHashCode(StringComparison.Ordinal);

    internal static MultiTask Read(JsonObject settings, Func<string, JsonObject, IObjective> read)
    {
        return new(Objective(settings["main"]), [.. settings["others"]!.AsArray().Select(task => new AuxiliaryTask(
            (string)task!["name"]!, Objective(task["objective"]), (int)task["outputs"]!, (double)task["weight"]!))]);

        IObjective Objective(JsonNode? node) => node?["kind"] is { } kind
            ? read((string)kind!, node["settings"]!.AsObject())
            : throw new JsonException("The kind of a task's objective is missing.");
    }

    private static JsonObject Json(IObjective objective) => new() { ["kind"] = objective.Kind, ["settings"] = objective.Settings };
}
