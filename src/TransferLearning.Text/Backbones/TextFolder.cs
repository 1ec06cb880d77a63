using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Text;

/// <summary>A model's folder as Hugging Face's libraries save it, or as a weights package lays it out.</summary>
internal sealed class TextFolder
{
    private static readonly string[] TokenizerFiles =
        ["tokenizer.json", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model", "spm.model", "tokenizer.model"];

    private const string ConfigurationFile = "config.json", TokenizerConfiguration = "tokenizer_config.json",
        SentenceConfiguration = "sentence_bert_config.json", Modules = "modules.json", PoolingConfiguration = "1_Pooling/config.json";

    // The network's folder, and the one that lists it among a sentence encoder's modules: most often the same.
    private readonly string _path, _root;
    private readonly string? _weights;

    /// <param name="path">The folder, or the network's own in it (<c>0_Transformer</c>), where older versions of sentence-transformers put
    /// it.</param>
    /// <param name="weights">The weight file in it; null: the one that is found there.</param>
    public TextFolder(string path, string? weights = null)
    {
        _weights = weights;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var isModule = Path.GetDirectoryName(full) is { } parent && NetworkFolder(parent) is { Length: > 0 } name
            && name == Path.GetFileName(full);
        _root = isModule ? Path.Combine(path, "..") : path;
        _path = isModule ? path : Path.Combine(path, NetworkFolder(path) ?? "");
    }

    /// <summary>The folder, or the one that the weight file lies in.</summary>
    public static TextFolder Of(string path) => File.Exists(path) ? new(Path.GetDirectoryName(Path.GetFullPath(path))!, path) : new(path);

    /// <summary>The folder's own name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_root)));

    /// <summary>What may lie beside the weights.</summary>
    public static IReadOnlyList<string> Companions { get; } =
        [ConfigurationFile, .. TokenizerFiles, "merges.txt", "special_tokens_map.json", TokenizerConfiguration, SentenceConfiguration, Modules, PoolingConfiguration];

    /// <summary>What to open the weights by.</summary>
    public string Weights => _weights ?? _path;

    /// <summary>The configuration, or <paramref name="otherwise"/> where the folder has none.</summary>
    /// <exception cref="FileNotFoundException">The folder or a part of it is missing; the message names all that is.</exception>
    public TextConfiguration Configuration(TextConfiguration? otherwise = null)
    {
        if (!Directory.Exists(_path)) throw new DirectoryNotFoundException($"There is no folder '{_path}'.");
        string[] missing =
        [
            .. Has(ConfigurationFile) || otherwise is not null ? Array.Empty<string>() : [ConfigurationFile],
            .. (_weights ?? WeightFile.Find(_path)) is not null
                ? Array.Empty<string>()
                : ["the weights (model.safetensors, pytorch_model.bin, or an index of their shards)"],
            .. TokenizerFiles.Any(Has) ? Array.Empty<string>() : [$"the tokenizer ({string.Join(", ", TokenizerFiles)})"],
        ];
        if (missing.Length > 0)
            throw new FileNotFoundException(
                $"The folder '{_path}' is no complete model: it lacks {string.Join(" and ", missing)}. Copy all files of the model "
                + "into one folder.");
        return Has(ConfigurationFile) ? TextConfiguration.Open(At(ConfigurationFile)) : otherwise!;
    }

    /// <summary>Tokenizer, pooling and lengths, as the files beside the weights tell them.</summary>
    /// <param name="longest">Tokens of the longest text that the network reads.</param>
    public TextSpec Spec(int longest)
    {
        var tokenizer = Read(TokenizerConfiguration);
        var sentences = Read(SentenceConfiguration);
        var length = Math.Min(
            sentences?.Number("max_seq_length", longest) ?? longest, tokenizer?.Number("model_max_length", longest) ?? longest);
        var (pooling, normalize) = SentenceModules();
        return new TextSpec
        {
            Tokenizer = sentences?.Flag("do_lower_case", false) == true ? Lowercasing(Tokenizer.Open(_path)) : Tokenizer.Open(_path),
            MaxLength = (int)Math.Clamp(length, 1, longest),
            Pooling = pooling,
            Normalize = normalize,
            PaddingSide = Side("padding_side"),
            TruncationSide = Side("truncation_side"),
        };

        TextSide Side(string field) => tokenizer?.OneOf(field, "right", "left") == "left" ? TextSide.Left : TextSide.Right;
    }

    /// <summary>The same tokenizer, for texts in lower case whatever else it does.</summary>
    private static Tokenizer Lowercasing(Tokenizer tokenizer)
    {
        var json = JsonNode.Parse(tokenizer.ToJson())!;
        var steps = new JsonArray(new JsonObject { ["type"] = "Lowercase" }, json["normalizer"]?.DeepClone());
        json["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = steps };
        return Tokenizer.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>What sentence-transformers does after the network.</summary>
    private (TextPooling Pooling, bool Normalize) SentenceModules()
    {
        var alone = Path.Combine(_root, PoolingConfiguration);
        if (!File.Exists(Path.Combine(_root, Modules)))
            return (File.Exists(alone) ? Pooling(TextConfiguration.Open(alone)) : TextPooling.Mean, false);
        var (pooling, normalize) = (TextPooling.Mean, false);
        foreach (var module in TextConfiguration.OpenList(Path.Combine(_root, Modules)))
            switch (Kind(module))
            {
                case "Transformer": break;
                case "Pooling": pooling = Pooling(
                    TextConfiguration.Open(Path.Combine(_root, FolderOf(module, "1_Pooling"), "config.json"))); break;
                case "Normalize": normalize = true; break;
                default: throw module.Unsupported("type", module.Text("type", ""), "Transformer", "Pooling", "Normalize");
            }
        return (pooling, normalize);
    }

    /// <summary>
    /// The folder of the network's files within that of a sentence encoder: empty where it is the same, null where this is no such folder.
    /// </summary>
    private static string? NetworkFolder(string path) => Path.Combine(path, Modules) is var list && File.Exists(list)
        && TextConfiguration.OpenList(list).FirstOrDefault(module => Kind(module) == "Transformer") is { } network
            ? FolderOf(network, "")
            : null;

    private static string Kind(TextConfiguration module) => module.Text("type", "").Split('.')[^1];

    private static string FolderOf(TextConfiguration module, string otherwise) =>
        module.Text("path", otherwise) is var name && (name is "." or ".." || name.IndexOfAny(['/', '\\', ':', '\0']) >= 0)
            ? throw new InvalidDataException(
                $"'{module.Source}' names the folder '{name}', which is no plain name. Nothing outside the model's folder is opened.")
            : name;

    private static TextPooling Pooling(TextConfiguration json)
    {
        const string Prefix = "pooling_mode_";
        string[] modes = json.Find("pooling_mode") is not null
            ? [json.Text("pooling_mode", "")]
            : [.. json.Json.EnumerateObject()
                .Where(field => field.Name.StartsWith(Prefix, StringComparison.Ordinal) && field.Value.ValueKind == JsonValueKind.True)
                .Select(field => field.Name[Prefix.Length..])];
        return modes switch
        {
            [] or ["mean" or "mean_tokens"] => TextPooling.Mean,
            ["cls" or "cls_token"] => TextPooling.First,
            ["max" or "max_tokens"] => TextPooling.Max,
            _ => throw json.Unsupported("pooling_mode", string.Join(" and ", modes), "mean", "cls", "max"),
        };
    }

    private TextConfiguration? Read(string file) => Has(file) ? TextConfiguration.Open(At(file)) : null;

    private bool Has(string file) => File.Exists(At(file));

    private string At(string file) => Path.Combine(_path, file);
}
