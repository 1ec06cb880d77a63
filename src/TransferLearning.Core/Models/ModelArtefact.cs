using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A saved model: one safetensors file with the weights, and in its metadata the labels, how the backbone wants its input,
/// which backbone, head and adapters it is, and where its pretrained weights came from. Any safetensors reader opens it;
/// here it becomes a model again without the program that trained it.
/// </summary>
/// <remarks>
/// Tensors are named <c>backbone.</c>, <c>head.</c> and <c>adapter.</c> plus the names of the modules. The metadata entry
/// <c>transferlearning</c> is JSON. What matters for training alone (dropout of the head) is not saved. A file may hold what was
/// trained alone, with the checksum of the rest: <see cref="Lacks"/>.
/// </remarks>
public sealed class ModelArtefact : IDisposable
{
    /// <summary>Of tensors that a checkpoint holds beside the model.</summary>
    internal const string TrainingPrefix = "training.";

    private const string MetadataName = "transferlearning";

    private readonly WeightFile _file;
    private readonly ModelDescription _description;
    private readonly Kinds _kinds;

    private ModelArtefact(WeightFile file, ModelDescription description, Kinds kinds) =>
        (_file, _description, _kinds) = (file, description, kinds);

    /// <summary>Id of the backbone.</summary>
    public string BackboneId => _description.BackboneId;

    /// <summary>Where the backbone's pretrained weights came from; null where it started from random ones.</summary>
    public WeightProvenance? PretrainedWeights => _description.Weights;

    /// <summary>What the backbone's network is built of, where its id does not say it: <see cref="BackboneInfo.Configuration"/>.</summary>
    public JsonElement? Configuration => _description.Configuration;

    /// <summary>Kind of the head, such as <c>"linear"</c>.</summary>
    public string HeadKind => _description.Head.Kind;

    /// <summary>Names of the outputs in order.</summary>
    public IReadOnlyList<string> Labels => _description.Labels;

    /// <summary>
    /// Checksum of the backbone's weights that are not in the file, so that it has to be opened on a backbone with these; null where the
    /// file is complete.
    /// </summary>
    public string? Lacks => _description.Lacks;

    /// <summary>The run that trained the model; null where there was none.</summary>
    public TrainingSummary? TrainingSummary => _description.Training;

    /// <summary>What the head was trained for.</summary>
    /// <exception cref="ArgumentException">It is of a kind that was not given.</exception>
    /// <exception cref="WeightFormatException">Its description is damaged.</exception>
    public IObjective Objective => Read(() => _kinds.Objective(_description.Objective));

    /// <summary>Whether a file is a saved model, and not weights alone.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, or holds no weights.</exception>
    public static bool IsModel(string path)
    {
        using var file = WeightFile.Open(path);
        return file.Metadata.ContainsKey(MetadataName);
    }

    /// <summary>Opens a saved model; nothing but its description is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kinds">What the model may be made of; null (default): the kinds of this library.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, or was not saved by <see cref="TransferModel.Save"/>.</exception>
    public static ModelArtefact Open(string path, Kinds? kinds = null)
    {
        // Whoever opens a model computes next: torch's libraries, which take half a second, load meanwhile. Should they fail, the first use
        // says so.
        // Until they are loaded the system finds no function in any library, and the JSON reader asks for the time: it is to have been
        // found before.
        _ = DateTime.UtcNow;
        NativeTorch.LoadAhead();
        var file = WeightFile.Open(path);
        try
        {
            if (!file.Metadata.TryGetValue(MetadataName, out var json))
                throw new WeightFormatException(
                    path, $"holds weights but no saved model: its metadata lacks '{MetadataName}'. Give a file that "
                        + "TransferModel.Save wrote, or load these weights into a backbone.");
            return new ModelArtefact(file, ModelDescription.Read(path, json), kinds ?? Kinds.Default);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>How the backbone wants its input, as a layer's input specification; null where the artefact has none.</summary>
    /// <param name="read">Makes the specification of what <see cref="InputSpec.ToJson"/> wrote, such as <c>ImageSpec.Read</c>.</param>
    /// <exception cref="WeightFormatException">The specification is of another kind.</exception>
    public TSpec? Input<TSpec>(Func<JsonObject, TSpec> read) where TSpec : InputSpec
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return _description.Input is { } input ? read(input.DeepClone().AsObject()) : null;
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException
            or ArgumentException)
        {
            throw new WeightFormatException(
                _file.Path, $"describes its input otherwise than {typeof(TSpec).Name}: {error.Message} Open it with the package that "
                    + "saved it.", error);
        }
    }

    /// <summary>
    /// Loads the saved weights, without copying them where the file can be mapped: <see cref="WeightMemory.Mapped"/> says what that means
    /// for the file.
    /// </summary>
    /// <param name="backbone">A backbone of that id; new, or with its pretrained weights where the file <see cref="Lacks"/> them. The model
    /// owns it, and it is disposed where loading fails.</param>
    /// <returns>The model in evaluation mode; the caller owns it.</returns>
    /// <exception cref="ArgumentException">Head, objective, metric or adapter are of a kind that was not given, or the backbone has other
    /// weights than the file wants.</exception>
    /// <exception cref="WeightFormatException">The description is damaged.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    public TransferModel Restore(IPretrainedBackbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        TransferModel? model = null;
        try
        {
            model = new TransferModel(backbone, Head(backbone), ownsBackbone: true) { TrainingSummary = TrainingSummary };
            foreach (var adapter in _description.Adapters)
                model.Add(Read(() => _kinds.Adapter(adapter, model), $"adapter of kind '{adapter.Kind}'"));
            LoadInto(model, _file, WeightMemory.Mapped);
            model.Eval();
            return model;
        }
        catch
        {
            if (model is null) backbone.Dispose();
            model?.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file. A restored model stays valid.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Loads a model's saved weights into it, wholly or not at all.</summary>
    /// <exception cref="ArgumentException">What the file lacks is not what the model has.</exception>
    internal static void LoadInto(TransferModel model, WeightFile file, WeightMemory memory = WeightMemory.Module)
    {
        var state = ModelState.Of(model);
        if (ModelDescription.Read(file.Path, file.Metadata.GetValueOrDefault(MetadataName) ?? "").Lacks is { } lacking)
        {
            var rest = state.Where(entry => !file.Tensors.ContainsKey(entry.Key)).ToList();
            if (ModelState.Checksum(rest) != lacking)
                throw new ArgumentException(
                    $"'{file.Path}' holds what was trained of '{model.Backbone.Info.Id}' alone, and the backbone has other weights "
                    + "than it was trained on. Open it on a backbone with the same pretrained weights.");
            foreach (var (name, _) in rest) state.Remove(name);
            model.TrainedNames.UnionWith(state.Keys);
        }
        WeightLoader.Load(
            state, file, new WeightLoadOptions { Rules = [], Ignored = [$"^{Regex.Escape(TrainingPrefix)}"], Memory = memory });
        model.NotifyWeightsChanged();
    }

    /// <summary>Writes a model; see <see cref="TransferModel.Save"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="weights">What is written, by the names in the file: all of the model, or a part with the checksum of the rest.</param>
    /// <param name="training">What a checkpoint holds beside the model, under names with <see cref="TrainingPrefix"/>; null:
    /// nothing.</param>
    /// <param name="lacking">The checksum of what is not written, where it is known; null: it is computed where there is such.</param>
    /// <param name="summary">The run that trained these weights; null: that of the model.</param>
    internal static void Save(
        TransferModel model, string path, IEnumerable<KeyValuePair<string, Tensor>> weights, IEnumerable<KeyValuePair<string,
        Tensor>>? training = null,
        string? lacking = null, TrainingSummary? summary = null)
    {
        foreach (var label in model.Labels) Safetensors.Text(label);
        var written = weights.ToList();
        var names = written.Select(entry => entry.Key).ToHashSet();
        var rest = ModelState.Of(model).Where(entry => !names.Contains(entry.Key)).ToList();
        var description = ModelDescription.Of(model) with
        {
            Lacks = rest.Count == 0 ? null : lacking ?? ModelState.Checksum(rest), Training = summary ?? model.TrainingSummary,
        };
        Safetensors.Write(
            path, written.Concat(training ?? []), new Dictionary<string, string> { ["format"] = "pt", [MetadataName] = description.ToJson() });
    }

    private IHeadReplacer Head(IPretrainedBackbone backbone)
    {
        var head = Read(() => _kinds.Head(
            HeadKind, new SavedHead(Labels, _kinds.Objective(_description.Objective), [.. _description.Metrics.Select(_kinds.Metric)], _description.Head.Settings), backbone));
        // Layers that the file has no weights for are not to take memory before that is found out.
        var features = backbone.Info.FeatureSize;
        var weights = head is LabelledHead labelled ? labelled.Weights(features) : 0;
        return weights <= _file.ElementCount
            ? head
            : throw new WeightFormatException(
                _file.Path, $"describes a head of kind '{HeadKind}' with {weights} weights or more, and holds {_file.ElementCount} in "
                    + "all. Save the model again.");
    }

    private T Read<T>(Func<T> read, string? what = null)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (
            error is JsonException or InvalidOperationException or NullReferenceException or FormatException or OverflowException
            or ArgumentException { ParamName: not null })
        {
            throw new WeightFormatException(
                _file.Path, $"describes its {what ?? $"head of kind '{HeadKind}'"} otherwise than this library does: {error.Message} "
                    + "Save the model again.", error);
        }
    }
}
