using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A saved model: one safetensors file with the weights, and in its metadata the labels, how the backbone wants its input,
/// which backbone and head it is, and where its pretrained weights came from. Any safetensors reader opens it;
/// here it becomes a model again without the program that trained it.
/// </summary>
/// <remarks>
/// Tensors are named <c>backbone.</c> and <c>head.</c> plus the names of the modules. The metadata entry
/// <c>transferlearning</c> is JSON. What matters for training alone (dropout, options of the objective) is not saved.
/// </remarks>
public sealed class ModelArtefact : IDisposable
{
    /// <summary>Of tensors that a checkpoint holds beside the model.</summary>
    internal const string TrainingPrefix = "training.";

    private const string MetadataName = "transferlearning";
    internal const string BackbonePrefix = "backbone.";
    internal const string HeadPrefix = "head.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new ObjectiveJson() },
    };

    private readonly WeightFile _file;
    private readonly Description _description;
    private readonly HeadDescription _head;

    private ModelArtefact(WeightFile file, Description description, HeadDescription head) => (_file, _description, _head) = (file, description, head);

    /// <summary>Id of the backbone.</summary>
    public string BackboneId => _description.Backbone.Id;

    /// <summary>Where the backbone's pretrained weights came from; null where it started from random ones.</summary>
    public WeightProvenance? PretrainedWeights => _description.Backbone.Weights;

    /// <summary>What the backbone's network is built of, where its id does not say it: <see cref="BackboneInfo.Configuration"/>.</summary>
    public JsonElement? Configuration => _description.Backbone.Configuration;

    /// <summary>Kind of the head, such as <c>"linear"</c>.</summary>
    public string HeadKind => _head.Kind;

    /// <summary>Names of the outputs in order.</summary>
    public IReadOnlyList<string> Labels => _head.Labels;

    /// <summary>What the head was trained for, without its options; null where it was an objective of your own.</summary>
    /// <exception cref="WeightFormatException">The head's description is damaged.</exception>
    public IObjective? Objective => ((HeadObjective)ReadHead(typeof(HeadObjective))).Objective;

    /// <summary>Opens a saved model; nothing but its description is read yet.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightFormatException">The file is damaged, or was not saved by <see cref="Save"/>.</exception>
    public static ModelArtefact Open(string path)
    {
        // Whoever opens a model computes next: torch's libraries, which take half a second, load meanwhile. Should they fail, the first use says so.
        // Until they are loaded the system finds no function in any library, and the JSON reader asks for the time: it is to have been found before.
        _ = DateTime.UtcNow;
        _ = Task.Run(NativeTorch.Load);
        var file = WeightFile.Open(path);
        try
        {
            if (!file.Metadata.TryGetValue(MetadataName, out var json))
                throw new WeightFormatException(path, $"holds weights but no saved model: its metadata lacks '{MetadataName}'. Give a file that TransferModel.Save wrote, or load these weights into a backbone.");
            if (Parse<FormatVersion>(json).Version is not 1 and var version)
                throw new WeightFormatException(path, $"was saved in version {version} of the model format; this library reads version 1. Update the library.");
            var description = Parse<Description>(json);
            return new ModelArtefact(file, description, Parse<HeadDescription>(description.Head.GetRawText()));
        }
        catch (JsonException error)
        {
            file.Dispose();
            throw new WeightFormatException(path, $"holds a saved model whose description is damaged: {error.Message} Save the model again.", error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>How the backbone wants its input, as a layer's input specification; null where the artefact has none.</summary>
    /// <exception cref="WeightFormatException">The specification is of another kind.</exception>
    public TSpec? Input<TSpec>() where TSpec : InputSpec
    {
        try
        {
            return _description.Backbone.Input is { } input ? input.Deserialize<TSpec>(Json) : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new WeightFormatException(_file.Path, $"describes its input otherwise than {typeof(TSpec).Name}: {error.Message} Open it with the package that saved it.", error);
        }
    }

    /// <summary>
    /// Loads the saved weights, without copying them where the file can be mapped: <see cref="WeightMemory.Mapped"/> says what that means
    /// for the file.
    /// </summary>
    /// <param name="backbone">A new backbone of that id; the model owns it, and it is disposed where loading fails.</param>
    /// <param name="head">What built the head; null: a head of this library of the saved kind.</param>
    /// <returns>The model in evaluation mode; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The head is of a kind of your own and was not given.</exception>
    /// <exception cref="WeightFormatException">The head's description is damaged.</exception>
    /// <exception cref="WeightMismatchException">The weights do not fit the backbone or the head.</exception>
    public TransferModel Restore(IPretrainedBackbone backbone, IHeadReplacer? head = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        TransferModel? model = null;
        try
        {
            model = new TransferModel(backbone, head ?? KnownHead(backbone.Info.FeatureSize), ownsBackbone: true);
            LoadInto(model, _file, WeightMemory.Mapped);
            model.Eval();
            return model;
        }
        catch
        {
            model?.Head.Dispose();
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file. A restored model stays valid.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Loads a model's saved weights into it, wholly or not at all.</summary>
    internal static void LoadInto(TransferModel model, WeightFile file, WeightMemory memory = WeightMemory.Module) => WeightLoader.Load(
        new Whole(model), file, new WeightLoadOptions { Rules = [], Wanted = name => IsSaved(model, name), Ignored = [$"^{Regex.Escape(TrainingPrefix)}"], Memory = memory });

    /// <summary>Writes a model; see <see cref="TransferModel.Save"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="weights">Other values than the model has now, by their names in the file; null: its own.</param>
    /// <param name="training">What a checkpoint holds beside the model, under names with <see cref="TrainingPrefix"/>; null: nothing.</param>
    internal static void Save(
        TransferModel model, string path, IReadOnlyDictionary<string, Tensor>? weights = null, IEnumerable<KeyValuePair<string, Tensor>>? training = null)
    {
        foreach (var label in model.Labels) Safetensors.Text(label);
        var info = model.Backbone.Info;
        var input = info.Input is null ? (JsonElement?)null : JsonSerializer.SerializeToElement(info.Input, info.Input.GetType(), Json);
        var description = new Description(1, new(info.Id, info.FeatureSize, input, info.Weights, info.Configuration), Describe(model.Replacer));
        Safetensors.Write(
            path,
            new Whole(model).State().Where(entry => IsSaved(model, entry.Key))
                .Select(entry => weights is null ? entry : KeyValuePair.Create(entry.Key, weights[entry.Key]))
                .Concat(training ?? []),
            new Dictionary<string, string> { ["format"] = "pt", [MetadataName] = JsonSerializer.Serialize(description, Json) });
    }

    // An original classifier belongs to no layer group: the head has taken its place.
    private static bool IsSaved(TransferModel model, string name) =>
        name.StartsWith(HeadPrefix, StringComparison.Ordinal)
        || model.Backbone.LayerGroups.Any(group => group.Owns(name[BackbonePrefix.Length..]));

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Json) ?? throw new JsonException("It is null.");

    // A head of this library is described by its properties; of another the kind, the labels and the objective are known.
    private static JsonElement Describe(IHeadReplacer head) =>
        JsonSerializer.SerializeToElement(head, KnownHeads.TypeOf(head.Kind) == head.GetType() ? head.GetType() : typeof(IHeadReplacer), Json);

    private IHeadReplacer KnownHead(int featureSize)
    {
        var head = (IHeadReplacer)ReadHead(KnownHeads.TypeOf(HeadKind)
            ?? throw new ArgumentException($"The saved model has a head of kind '{HeadKind}', which is none of this library's: pass the head that built it."));
        // Hidden layers that the file has no weights for are not to take memory before that is found out.
        return head is not MlpHead mlp || mlp.HiddenWeights(featureSize) <= _file.ElementCount
            ? head
            : throw new WeightFormatException(_file.Path, $"describes a head with hidden layers of {string.Join(", ", mlp.Hidden)} features, more than it holds weights for. Save the model again.");
    }

    private object ReadHead(Type type)
    {
        try
        {
            return _description.Head.Deserialize(type, Json)!;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new WeightFormatException(_file.Path, $"describes its head of kind '{HeadKind}' otherwise than this library does: {error.Message} Save the model again.", error);
        }
    }

    /// <summary>Backbone and head under the names that they have in the file. Borrows both: it is never disposed.</summary>
    private sealed class Whole : nn.Module
    {
        public Whole(TransferModel model) : base(nameof(TransferModel))
        {
            register_module("backbone", model.Backbone.Module);
            register_module("head", model.Head);
        }

        public IEnumerable<KeyValuePair<string, Tensor>> State() =>
            named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter))
                .Concat(named_buffers(include_nonpersistent: false).Select(entry => KeyValuePair.Create(entry.name, entry.buffer)));
    }

    // Read first: a later version may describe everything else otherwise.
    private sealed record FormatVersion(int Version);

    private sealed record Description(int Version, BackboneDescription Backbone, JsonElement Head);

    private sealed record BackboneDescription(string Id, int FeatureSize, JsonElement? Input = null, WeightProvenance? Weights = null, JsonElement? Configuration = null);

    private sealed record HeadDescription(string Kind, IReadOnlyList<string> Labels);

    private sealed record HeadObjective(IObjective? Objective = null);
}
