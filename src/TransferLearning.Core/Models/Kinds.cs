using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning;

/// <summary>
/// The kinds of heads, objectives, metrics and adapters that a saved model may name, and how each is made again. A model that names another
/// is refused: give your own kinds where you open it. Immutable.
/// </summary>
public sealed class Kinds
{
    private readonly IReadOnlyDictionary<string, Func<SavedHead, IPretrainedBackbone, Kinds, IHeadReplacer>> _heads;
    private readonly IReadOnlyDictionary<string, Func<JsonObject, Kinds, IObjective>> _objectives;
    private readonly IReadOnlyDictionary<string, Func<JsonObject, Kinds, IMetric>> _metrics;
    private readonly IReadOnlyDictionary<string, Func<JsonObject, TransferModel, IAdapter>> _adapters;

    private Kinds(
        IReadOnlyDictionary<string, Func<SavedHead, IPretrainedBackbone, Kinds, IHeadReplacer>> heads,
        IReadOnlyDictionary<string, Func<JsonObject, Kinds, IObjective>> objectives,
        IReadOnlyDictionary<string, Func<JsonObject, Kinds, IMetric>> metrics,
        IReadOnlyDictionary<string, Func<JsonObject, TransferModel, IAdapter>> adapters) =>
        (_heads, _objectives, _metrics, _adapters) = (heads, objectives, metrics, adapters);

    /// <summary>The kinds of this library.</summary>
    public static Kinds Default { get; } = new Kinds(
        new Dictionary<string, Func<SavedHead, IPretrainedBackbone, Kinds, IHeadReplacer>>(),
        new Dictionary<string, Func<JsonObject, Kinds, IObjective>>(),
        new Dictionary<string, Func<JsonObject, Kinds, IMetric>>(),
        new Dictionary<string, Func<JsonObject, TransferModel, IAdapter>>())
        .WithHead(LinearHead.Name, (saved, _) => LinearHead.Read(saved))
        .WithHead(MlpHead.Name, (saved, _) => MlpHead.Read(saved))
        .WithHead(CosineHead.Name, (saved, _) => CosineHead.Read(saved))
        .WithHead(PrototypeHead.Name, (saved, _) => PrototypeHead.Read(saved))
        .WithHead(AttentionHead.Name, (saved, _) => AttentionHead.Read(saved))
        .WithHead(ConcatPoolingHead.Name, (saved, _) => ConcatPoolingHead.Read(saved))
        .WithHead(GeneralizedMeanHead.Name, (saved, _) => GeneralizedMeanHead.Read(saved))
        .WithHead(MultiTaskHead.Name, (saved, backbone, kinds) => MultiTaskHead.Read(saved, (kind, own) => kinds.Head(kind, own, backbone)))
        .WithObjective(CrossEntropy.Name, CrossEntropy.Read)
        .WithObjective(MultiLabel.Name, MultiLabel.Read)
        .WithObjective(Regression.Name, Regression.Read)
        .WithObjective(Ctc.Name, Ctc.Read)
        .WithObjective(MultiTask.Name, (settings, kinds) => MultiTask.Read(settings, (kind, own) => kinds.Objective(new(kind, own))))
        .WithMetric(ClassificationResult.Name, _ => new ClassificationMetric())
        .WithMetric(MultiLabelResult.Name, _ => new MultiLabelMetric())
        .WithMetric(RegressionResult.Name, _ => new RegressionMetric())
        .WithMetric(TaskMetric.Name, (settings, kinds) => TaskMetric.Read(settings, (kind, own) => kinds.Metric(new(kind, own))))
        .WithAdapter(Lora.Name, (settings, model) => new Lora(model.Backbone, LoraOptions.Read(settings)));

    /// <summary>Adds a kind of head, or replaces it.</summary>
    /// <param name="kind">Its <see cref="IHeadReplacer.Kind"/>.</param>
    /// <param name="make">Makes it again of what the model says of it and the backbone that it stands on.</param>
    public Kinds WithHead(string kind, Func<SavedHead, IPretrainedBackbone, IHeadReplacer> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return WithHead(kind, (saved, backbone, _) => make(saved, backbone));
    }

    /// <summary>Adds a kind of objective, or replaces it.</summary>
    /// <param name="kind">Its <see cref="IObjective.Kind"/>.</param>
    /// <param name="make">Makes it again of its settings.</param>
    public Kinds WithObjective(string kind, Func<JsonObject, IObjective> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return WithObjective(kind, (settings, _) => make(settings));
    }

    /// <summary>Adds a kind of metric, or replaces it.</summary>
    /// <param name="kind">Its <see cref="IMetric.Kind"/>.</param>
    /// <param name="make">Makes it again of its settings.</param>
    public Kinds WithMetric(string kind, Func<JsonObject, IMetric> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return WithMetric(kind, (settings, _) => make(settings));
    }

    /// <summary>Adds a kind of adapter, or replaces it.</summary>
    /// <param name="kind">Its <see cref="IAdapter.Kind"/>.</param>
    /// <param name="make">Attaches it to a model, of its settings; its weights are loaded afterwards.</param>
    public Kinds WithAdapter(string kind, Func<JsonObject, TransferModel, IAdapter> make) =>
        new(_heads, _objectives, _metrics, Add(_adapters, kind, make));

    // What is made of others is made again with the kinds that the model is opened with.

    private Kinds WithHead(string kind, Func<SavedHead, IPretrainedBackbone, Kinds, IHeadReplacer> make) =>
        new(Add(_heads, kind, make), _objectives, _metrics, _adapters);

    private Kinds WithObjective(string kind, Func<JsonObject, Kinds, IObjective> make) =>
        new(_heads, Add(_objectives, kind, make), _metrics, _adapters);

    private Kinds WithMetric(string kind, Func<JsonObject, Kinds, IMetric> make) =>
        new(_heads, _objectives, Add(_metrics, kind, make), _adapters);

    internal IHeadReplacer Head(string kind, SavedHead saved, IPretrainedBackbone backbone) =>
        Find(_heads, kind, "head", nameof(WithHead))(saved, backbone, this);

    internal IObjective Objective(SavedKind saved) => Find(_objectives, saved.Kind, "objective", nameof(WithObjective))(saved.Settings, this);

    internal IMetric Metric(SavedKind saved) => Find(_metrics, saved.Kind, "metric", nameof(WithMetric))(saved.Settings, this);

    internal IAdapter Adapter(SavedKind saved, TransferModel model) =>
        Find(_adapters, saved.Kind, "adapter", nameof(WithAdapter))(saved.Settings, model);

    private static Dictionary<string, T> Add<T>(IReadOnlyDictionary<string, T> known, string kind, T make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        ArgumentNullException.ThrowIfNull(make);
        return new(known, StringComparer.Ordinal) { [kind] = make };
    }

    private static T Find<T>(
        IReadOnlyDictionary<string, T> known, string kind, string what, string method) => known.TryGetValue(kind, out var make)
            ? make
            : throw new ArgumentException(
        $"The saved model has {(what[0] is 'a' or 'o' ? "an" : "a")} {what} of kind '{kind}', which is none of "
        + $"{string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.{NearestName.Hint(kind, known.Keys)} Open it with a Kinds "
        + $"that has it: Kinds.Default.{method}(\"{kind}\", ...).");
}

/// <summary>A kind and its settings in a file.</summary>
internal sealed record SavedKind(string Kind, JsonObject Settings)
{
    public JsonObject ToJson()
    {
        JsonObject json = new() { ["kind"] = Kind };
        if (Settings.Count > 0) json["settings"] = Settings.DeepClone();
        return json;
    }

    /// <exception cref="JsonException">It is none.</exception>
    public static SavedKind Read(JsonNode? node) => node is JsonObject json && json["kind"] is JsonValue kind
        && kind.TryGetValue<string>(out var name)
        ? new SavedKind(name, json["settings"]?.DeepClone().AsObject() ?? [])
        : throw new JsonException("A kind is missing.");
}
