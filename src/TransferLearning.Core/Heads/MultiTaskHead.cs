using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Several heads on one backbone, which learns from all of them: the outputs of the main one are the output's values, so that the model
/// predicts and reports as with that head alone; those of another stand under its name, as do its targets
/// (<see cref="MultiTaskTargets"/>), and its numbers are named after it: <c>"age.r2"</c>.
/// </summary>
public sealed class MultiTaskHead : LabelledHead, IHeadReplacer
{
    internal const string Name = "multi-task";
    private readonly IHeadReplacer _main;
    private readonly IReadOnlyList<(string Name, IHeadReplacer Head)> _others;

    /// <summary>Puts heads together.</summary>
    /// <param name="main">The main task's head.</param>
    /// <param name="others">The other tasks: a name, a head with named outputs, and what its loss is multiplied by, above 0; at least
    /// one.</param>
    /// <exception cref="ArgumentException">A name does not serve or is there twice, a head has no labels, or a weight is not above
    /// 0.</exception>
    public MultiTaskHead(IHeadReplacer main, params IReadOnlyList<(string Name, IHeadReplacer Head, double Weight)> others)
        : base(
            (main ?? throw new ArgumentNullException(nameof(main))).Labels,
            new MultiTask(main.Objective, [.. (others ?? throw new ArgumentNullException(nameof(others))).Select(other =>
                new AuxiliaryTask(other.Name, Named(other.Name, other.Head).Objective, other.Head.Outputs, other.Weight))]))
    {
        (_main, _others) = (main, [.. others.Select(other => (other.Name, other.Head))]);
        Metrics = [.. main.Metrics, .. _others.SelectMany(other =>
            other.Head.Metrics.Select(metric => new TaskMetric(other.Name, other.Head.Labels, metric)))];
    }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>The heads as they were given.</summary>
    public JsonObject Settings => new()
    {
        ["main"] = Json(_main),
        ["others"] = new JsonArray([.. _others.Select(other =>
        {
            var json = Json(other.Head);
            json["labels"] = new JsonArray([.. other.Head.Labels.Select(label => (JsonNode?)label)]);
            return (JsonNode?)json;
        })]),
    };

    /// <summary>What the main head reads, as values, and what the others read, under their names.</summary>
    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden)
    {
        var read = _main.Read(backbone, hidden);
        foreach (var (name, head) in _others)
        {
            var own = head.Read(backbone, hidden);
            read = read.With(name, own.Values).With(TensorNames.MaskOf(name), own.Mask);
        }
        return read;
    }

    /// <inheritdoc/>
    public nn.Module<TensorSet, TensorSet> Build(int featureSize) =>
        new Layers(_main.Build(featureSize), [.. _others.Select(other => (other.Name, other.Head.Build(featureSize)))]);

    internal override double Weights(int features) =>
        _others.Select(other => other.Head).Prepend(_main).OfType<LabelledHead>().Sum(head => head.Weights(features));

    /// <summary>Throws where targets are of other tasks, or name others than the heads.</summary>
    internal void Check(Targets targets)
    {
        if (targets is UnlistedTargets) return;
        var given = (targets as MultiTaskTargets)?.Others ?? [];
        foreach (var (name, head) in _others)
            if (given.FirstOrDefault(other => other.Task == name).Targets is not { } own || !own.Names.SequenceEqual(head.Labels, StringComparer.Ordinal))
                throw new ArgumentException(
                    $"The head of the task '{name}' has [{string.Join(", ", head.Labels)}], and the data set does not have just that for it: "
                    + "give it MultiTaskTargets with the same names in the same order.", nameof(targets));
    }

    internal static MultiTaskHead Read(SavedHead saved, Func<string, SavedHead, IHeadReplacer> read)
    {
        if (saved.Objective is not MultiTask objective || saved.Settings["others"]?.AsArray() is not { } others || others.Count != objective.Others.Count)
            throw new JsonException("The head's tasks are not those of its objective.");
        var metrics = saved.Metrics.ToLookup(metric => (metric as TaskMetric)?.Task ?? "");
        var main = Head(saved.Settings["main"], saved.Labels, objective.Main, [.. metrics[""]]);
        return new(main, [.. others.Zip(objective.Others, (json, task) =>
        {
            string[] labels = [.. json!["labels"]!.AsArray().Select(label => (string)label!)];
            IMetric[] own = [.. metrics[task.Name].Cast<TaskMetric>().Select(metric => metric.Metric)];
            return (task.Name, Head(json, labels, task.Objective, own), task.Weight);
        })]);

        IHeadReplacer Head(JsonNode? json, IReadOnlyList<string> labels, IObjective own, IReadOnlyList<IMetric> measures) =>
            json?["kind"] is { } kind
                ? read((string)kind!, new SavedHead(labels, own, measures, json["settings"]!.AsObject()))
                : throw new JsonException("The kind of a task's head is missing.");
    }

    private static JsonObject Json(IHeadReplacer head) => new() { ["kind"] = head.Kind, ["settings"] = head.Settings };

    private static IHeadReplacer Named(string name, IHeadReplacer head) => head is { Labels.Count: > 0 }
        ? head
        : throw new ArgumentException($"The head of the task '{name}' is null or has no names for its outputs: targets are told apart by them.", nameof(head));

    private sealed class Layers : nn.Module<TensorSet, TensorSet>
    {
        private readonly nn.Module<TensorSet, TensorSet> main;
        private readonly IReadOnlyList<(string Name, nn.Module<TensorSet, TensorSet> Head)> _others;

        public Layers(nn.Module<TensorSet, TensorSet> main, IReadOnlyList<(string Name, nn.Module<TensorSet, TensorSet> Head)> others)
            : base(nameof(MultiTaskHead))
        {
            (this.main, _others) = (main, others);
            RegisterComponents();
            foreach (var (name, head) in others) register_module(name, head);
        }

        public override TensorSet forward(TensorSet features)
        {
            using var scope = NewDisposeScope();
            var output = main.call(features);
            foreach (var (name, head) in _others)
                output = output.With(name, head.call(new TensorSet(features[name], features.Find(TensorNames.MaskOf(name)))).Values);
            return output.MoveToOuterDisposeScope();
        }
    }
}
