using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers;

/// <summary>A SentencePiece model as a tokenizer.json, framed as the family of encoders wants it that the settings name.</summary>
internal sealed class SentencePieceFile
{
    private const string Space = "\u2581";

    private readonly SentencePieceModel _model;
    private readonly TokenizerSettings _settings;
    private readonly SentencePieceFamily _family;
    private readonly List<SentencePiece> _pieces;
    private readonly Dictionary<string, int> _ids;

    private SentencePieceFile(string file, TokenizerSettings settings)
    {
        (_model, _settings) = (SentencePieceModel.Read(file), settings);
        _family = SentencePieceFamily.Of(settings.Family);
        _pieces = [.. _family.Arrange(_model.Pieces)];
        _ids = _pieces.Index().GroupBy(p => p.Item.Text, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last().Index, StringComparer.Ordinal);
    }

    public static byte[] Convert(string file, TokenizerSettings settings) => new SentencePieceFile(file, settings).Convert();

    private byte[] Convert()
    {
        // Where white space counts, a word may hold several spaces, and the text stays whole.
        var splits = _model.RemoveExtraWhitespaces;
        var document = new TokenizerDocument(_model.IsBytePairEncoding ? BytePairEncoding() : Unigram(), _ids, _settings)
        {
            Normalizer = Sequence("normalizers", Normalizers(splits)),
            PreTokenizer = splits ? Metaspace() : null,
            Decoder = splits ? Metaspace() : Sequence("decoders", Decoders()),
        };
        foreach (var piece in _pieces)
        {
            if (piece.Type is PieceType.Control or PieceType.Unknown)
                document.AddSpecial(piece.Text);
            else if (piece.Type == PieceType.UserDefined)
                document.Add(new(_ids[piece.Text], piece.Text, false, false, false, Normalized: false, Special: false));
        }
        return _family.Frame(document, _settings);
    }

    private IEnumerable<JsonNode> Normalizers(bool splits)
    {
        foreach (var step in _family.Normalizers(_settings)) yield return step;
        if (_model.CharsMap.Length > 0)
            yield return new JsonObject
            {
                ["type"] = "Precompiled", ["precompiled_charsmap"] = System.Convert.ToBase64String(_model.CharsMap)
            };
        if (splits)
        {
            yield return new JsonObject { ["type"] = "Strip", ["strip_left"] = true, ["strip_right"] = true };
            yield return Replace(new() { ["Regex"] = " {2,}" }, " ");
        }
        else
        {
            if (_model.AddDummyPrefix) yield return new JsonObject { ["type"] = "Prepend", ["prepend"] = Space };
            yield return Replace(new() { ["String"] = " " }, Space);
        }
    }

    private IEnumerable<JsonNode> Decoders()
    {
        yield return Replace(new() { ["String"] = Space }, " ");
        yield return new JsonObject { ["type"] = "ByteFallback" };
        yield return new JsonObject { ["type"] = "Fuse" };
        if (_model.AddDummyPrefix) yield return new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 };
    }

    private JsonObject Metaspace() =>
        new()
        {
            ["type"] = "Metaspace", ["replacement"] = Space, ["prepend_scheme"] = _model.AddDummyPrefix
                ? "always"
                : "never", ["split"] = true
        };

    private static JsonObject Sequence(string name, IEnumerable<JsonNode> steps) =>
        new() { ["type"] = "Sequence", [name] = new JsonArray([.. steps]) };

    private static JsonObject Replace(JsonObject pattern, string content) =>
        new() { ["type"] = "Replace", ["pattern"] = pattern, ["content"] = content };

    private JsonObject Unigram() => new()
    {
        ["type"] = "Unigram",
        ["unk_id"] = UnknownId(),
        ["vocab"] = new JsonArray([.. _pieces.Select(piece => new JsonArray(piece.Text, (double)piece.Score))]),
        ["byte_fallback"] = _model.ByteFallback,
    };

    private JsonObject BytePairEncoding() => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = UnknownId() is { } unknown ? _pieces[unknown].Text : null,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = true,
        ["byte_fallback"] = _model.ByteFallback,
        ["ignore_merges"] = false,
        ["vocab"] = new JsonObject(_ids.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        ["merges"] = new JsonArray([.. Merges().Select(merge => new JsonArray(merge.Left, merge.Right))]),
    };

    private int? UnknownId() => _pieces.FindIndex(piece => piece.Type == PieceType.Unknown) is >= 0 and var id ? id : null;

    /// <summary>The file has scores of pieces and no merges: these are all ways to put two pieces together, the best piece first.</summary>
    private IEnumerable<(string Left, string Right)> Merges() =>
        from piece in _pieces.Where(piece => piece.Type == PieceType.Normal).OrderByDescending(piece => piece.Score)
        from cut in Enumerable.Range(1, Math.Max(0, piece.Text.Length - 1))
            .Where(cut => _ids.ContainsKey(piece.Text[..cut]) && _ids.ContainsKey(piece.Text[cut..]))
            .OrderBy(cut => _ids[piece.Text[..cut]]).ThenBy(cut => _ids[piece.Text[cut..]])
        select (piece.Text[..cut], piece.Text[cut..]);
}
