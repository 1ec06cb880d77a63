using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Text;

/// <summary>A tokenizer.json in the making.</summary>
internal sealed class TokenizerDocument(JsonObject model, IReadOnlyDictionary<string, int> vocabulary, TokenizerSettings settings)
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, AddedToken> _added = new(StringComparer.Ordinal);

    public JsonNode? Normalizer { get; init; }

    public JsonNode? PreTokenizer { get; init; }

    public JsonNode? Decoder { get; init; }

    public JsonNode? PostProcessor { get; set; }

    /// <summary>Adds a special token; one that the vocabulary lacks gets the next id.</summary>
    public void AddSpecial(string content, bool stripLeft = false) =>
        Add(new(IdOf(content), content, SingleWord: false, stripLeft, StripRight: false, Normalized: false, Special: true));

    /// <summary>Adds a token, or changes one that was added before.</summary>
    public void Add(AddedToken token) => _added[token.Content] = token;

    /// <summary>A template in the reference's notation: <c>[CLS]:0 $A:0 [SEP]:0</c>.</summary>
    public JsonObject Template(string single, string pair)
    {
        var special = new JsonObject();
        return new()
        {
            ["type"] = "TemplateProcessing",
            ["single"] = Parse(single),
            ["pair"] = Parse(pair),
            ["special_tokens"] = special,
        };

        JsonArray Parse(string template) => [.. template.Split(' ').Select(ParsePart)];

        JsonNode ParsePart(string part)
        {
            var colon = part.LastIndexOf(':');
            var (name, segment) = (part[..colon], part[colon + 1] - '0');
            if (name is "$A" or "$B") return new JsonObject { ["Sequence"] = new JsonObject { ["id"] = name[1..], ["type_id"] = segment } };
            special[name] = new JsonObject { ["id"] = name, ["ids"] = new JsonArray(IdOf(name)), ["tokens"] = new JsonArray(name) };
            return new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = name, ["type_id"] = segment } };
        }
    }

    public int IdOf(string token) => vocabulary.TryGetValue(token, out var id) ? id
        : _added.TryGetValue(token, out var added) ? added.Id
        : vocabulary.Values.Concat(_added.Values.Select(t => t.Id)).DefaultIfEmpty(-1).Max() + 1;

    public byte[] ToJson(string? padding)
    {
        foreach (var token in settings.AddedTokens())
            if (!_added.ContainsKey(token.Content) || token.Special) Add(token);
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = Truncation(),
            ["padding"] = padding is null ? null : Padding(padding),
            ["added_tokens"] = new JsonArray([.. _added.Values.OrderBy(token => token.Id).Select(Write)]),
            ["normalizer"] = Normalizer,
            ["pre_tokenizer"] = PreTokenizer,
            ["post_processor"] = PostProcessor,
            ["decoder"] = Decoder,
            ["model"] = model,
        }, Compact);
    }

    private JsonObject? Truncation() => settings.MaxLength is not { } length ? null : new()
    {
        ["direction"] = settings.TruncationSide.ToString(),
        ["max_length"] = length,
        ["strategy"] = "LongestFirst",
        ["stride"] = 0,
    };

    private JsonObject Padding(string token) => new()
    {
        ["strategy"] = "BatchLongest",
        ["direction"] = settings.PaddingSide.ToString(),
        ["pad_to_multiple_of"] = null,
        ["pad_id"] = IdOf(token),
        ["pad_type_id"] = 0,
        ["pad_token"] = token,
    };

    private static JsonObject Write(AddedToken token) => new()
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = token.SingleWord,
        ["lstrip"] = token.StripLeft,
        ["rstrip"] = token.StripRight,
        ["normalized"] = token.Normalized,
        ["special"] = token.Special,
    };
}
