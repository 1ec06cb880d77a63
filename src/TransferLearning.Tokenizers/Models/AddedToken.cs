using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers;

/// <summary>A token that is found in the text before it is cut into words.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">The text that it stands for.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="StripLeft">Whether it takes the white space before it.</param>
/// <param name="StripRight">Whether it takes the white space after it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, and normalized itself.</param>
/// <param name="Special">Whether decoding may leave it out.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special)
{
    /// <summary>Reads a token as tokenizer.json and tokenizer_config.json write it.</summary>
    public static AddedToken Read(int id, JsonField field) => new(
        id,
        field["content"].Text(),
        field["single_word"].Flag(false),
        field["lstrip"].Flag(false),
        field["rstrip"].Flag(false),
        field["normalized"].Flag(true),
        field["special"].Flag(false));

    /// <summary>The token as tokenizer.json writes it.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["content"] = Content,
        ["single_word"] = SingleWord,
        ["lstrip"] = StripLeft,
        ["rstrip"] = StripRight,
        ["normalized"] = Normalized,
        ["special"] = Special,
    };
}
