namespace TransferLearning.Tokenizers;

/// <summary>
/// What tokenizer_config.json, special_tokens_map.json, added_tokens.json and config.json say beside an older tokenizer file.
/// </summary>
internal sealed class TokenizerSettings
{
    private readonly JsonField _tokenizer, _specialTokens, _addedTokens, _model;

    private TokenizerSettings(string folder)
    {
        _tokenizer = Read(folder, "tokenizer_config.json");
        _specialTokens = Read(folder, "special_tokens_map.json");
        _addedTokens = Read(folder, "added_tokens.json");
        _model = Read(folder, "config.json");
    }

    public static TokenizerSettings Read(string folder) => new(folder);

    /// <summary>Names the family: the tokenizer's class and the model's type, in lower case; empty where neither is said.</summary>
    public string Family => $"{_tokenizer["tokenizer_class"].Text("")} {_model["model_type"].Text("")}".Trim().ToLowerInvariant();

    /// <summary>Right or Left, as tokenizer.json writes it.</summary>
    public string PaddingSide => Side(_tokenizer["padding_side"]);

    /// <summary>Right or Left, as tokenizer.json writes it.</summary>
    public string TruncationSide => Side(_tokenizer["truncation_side"]);

    /// <summary>The longest input; an absurd number means that there is no limit.</summary>
    public int? MaxLength =>
        _tokenizer["model_max_length"] is { IsNull: false } length && length.Real() is >= 0 and <= 1_000_000 and var tokens
            ? (int)tokens
            : null;

    public bool? Flag(string name) => _tokenizer[name] is { IsNull: false } field ? field.Flag(false) : null;

    public int Number(string name, int otherwise) => _tokenizer[name].Number(otherwise);

    /// <summary>The token of a role such as cls_token.</summary>
    public string SpecialToken(string role, string otherwise) => Content(_tokenizer[role]) ?? Content(_specialTokens[role]) ?? otherwise;

    /// <summary>Tokens beyond the vocabulary with their ids.</summary>
    public IEnumerable<AddedToken> AddedTokens()
    {
        if (_tokenizer["added_tokens_decoder"] is { IsNull: false } decoder)
            foreach (var (id, token) in decoder.Properties())
                yield return AddedToken.Read(
                    int.TryParse(id, out var number) ? number : throw token.Wrong("has no number for a name"), token);
        foreach (var (content, id) in _addedTokens.Properties())
            yield return new(id.Number(), content, false, false, false, Normalized: true, Special: false);
    }

    private static string? Content(JsonField token) => token.IsNull ? null : token.IsString ? token.Text() : token["content"].Text();

    private static string Side(JsonField field) => field.Text("right") switch
    {
        "right" => "Right",
        "left" => "Left",
        _ => throw field.Wrong("is neither right nor left"),
    };

    private static JsonField Read(string folder, string name)
    {
        var file = Path.Combine(folder, name);
        return JsonField.Parse(File.Exists(file) ? File.ReadAllBytes(file) : "{}"u8, file);
    }
}
