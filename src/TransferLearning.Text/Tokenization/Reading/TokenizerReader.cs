using System.Text;
using System.Text.Json;

namespace TransferLearning.Text;

/// <summary>Reads the tokenizer.json of the Hugging Face tokenizers library.</summary>
internal static class TokenizerReader
{
    /// <param name="json">The document in UTF-8.</param>
    /// <param name="file">What messages call it.</param>
    public static Tokenizer Read(ReadOnlySpan<byte> json, string file)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble)) json = json[Encoding.UTF8.Preamble.Length..];
        byte[] bytes = [.. json];
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return new(bytes, Read(new JsonField(document.RootElement, file, "")));
        }
        catch (JsonException e)
        {
            throw new TokenizerFormatException($"{file} is not valid JSON: {e.Message} Get the file again.", e);
        }
    }

    private static TokenizerParts Read(JsonField root)
    {
        if (!root.Has("model")) throw root.Wrong("has no field 'model'. Give the tokenizer.json of the Hugging Face tokenizers library");
        var model = ModelReader.Read(root["model"]);
        var (padding, truncation) = (root["padding"], root["truncation"]);
        return new(
            NormalizerReader.Read(root["normalizer"]),
            PreTokenizerReader.Read(root["pre_tokenizer"]),
            model,
            PostProcessorReader.Read(root["post_processor"]),
            DecoderReader.Read(root["decoder"]),
            ReadAddedTokens(root["added_tokens"], model.Vocabulary),
            padding.IsNull ? null : padding["pad_id"].Number(0),
            padding.IsNull ? TextSide.Right : Side(padding["direction"]),
            truncation.IsNull ? TextSide.Right : Side(truncation["direction"]),
            truncation.IsNull ? null : truncation["max_length"].Number());
    }

    private static TextSide Side(JsonField field) => field.Text("Right") switch
    {
        "Right" => TextSide.Right,
        "Left" => TextSide.Left,
        _ => throw field.Wrong("is neither Right nor Left"),
    };

    private static List<AddedToken> ReadAddedTokens(JsonField field, Vocabulary vocabulary) => field.IsNull ? [] :
    [
        .. field.Items()
            .Select(token => new AddedToken(
                vocabulary.IdOf(token["content"].Text()) ?? token["id"].Number(),
                token["content"].Text(),
                token["single_word"].Flag(false),
                token["lstrip"].Flag(false),
                token["rstrip"].Flag(false),
                token["normalized"].Flag(true),
                token["special"].Flag(false)))
            .Where(token => token.Content.Length > 0),
    ];
}
