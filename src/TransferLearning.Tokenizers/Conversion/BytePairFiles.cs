using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers;

/// <summary>A vocab.json and a merges.txt: byte-level byte-pair encoding as GPT-2 and RoBERTa use it.</summary>
internal static class BytePairFiles
{
    private static readonly string[] RobertaLike = ["roberta", "longformer", "bart"];

    public static byte[] Convert(string folder, TokenizerSettings settings)
    {
        var vocabulary = ReadVocabulary(Path.Combine(folder, "vocab.json"));
        var model = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = "",
            ["end_of_word_suffix"] = "",
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = new JsonObject(vocabulary.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
            ["merges"] = new JsonArray(
                [.. File.ReadLines(Path.Combine(folder, "merges.txt")).Where(IsMerge).Select(line => (JsonNode)line)]),
        };
        var addPrefixSpace = settings.Flag("add_prefix_space") ?? false;
        var document = new TokenizerDocument(model, vocabulary, settings)
        {
            PreTokenizer = ByteLevel(addPrefixSpace, trimOffsets: true),
            Decoder = ByteLevel(true, trimOffsets: true),
        };
        return IsRoberta(settings, vocabulary) ? AsRoberta(document, addPrefixSpace, settings) : AsGpt2(document, vocabulary, settings);
    }

    private static byte[] AsRoberta(TokenizerDocument document, bool addPrefixSpace, TokenizerSettings settings)
    {
        var (cls, sep) = (settings.SpecialToken("cls_token", "<s>"), settings.SpecialToken("sep_token", "</s>"));
        var padding = settings.SpecialToken("pad_token", "<pad>");
        foreach (var token in new[] { cls, padding, sep, settings.SpecialToken("unk_token", "<unk>") }) document.AddSpecial(token);
        document.AddSpecial(settings.SpecialToken("mask_token", "<mask>"), stripLeft: true);
        return document.ToJson(new JsonObject
        {
            ["type"] = "RobertaProcessing",
            ["sep"] = new JsonArray(sep, document.IdOf(sep)),
            ["cls"] = new JsonArray(cls, document.IdOf(cls)),
            ["trim_offsets"] = true,
            ["add_prefix_space"] = addPrefixSpace,
        }, padding);
    }

    private static byte[] AsGpt2(TokenizerDocument document, Dictionary<string, int> vocabulary, TokenizerSettings settings)
    {
        var end = settings.SpecialToken("eos_token", "<|endoftext|>");
        if (vocabulary.ContainsKey(end)) document.AddSpecial(end);
        var padding = settings.SpecialToken("pad_token", "");
        return document.ToJson(ByteLevel(true, trimOffsets: false), padding.Length > 0 ? padding : null);
    }

    private static bool IsRoberta(TokenizerSettings settings, Dictionary<string, int> vocabulary) => settings.Family switch
    {
        "" => vocabulary.ContainsKey("<s>") && vocabulary.ContainsKey("</s>") && vocabulary.ContainsKey("<mask>"),
        var family when family.Contains("gpt2", StringComparison.Ordinal) => false,
        var family when RobertaLike.Any(name => family.Contains(name, StringComparison.Ordinal)) => true,
        var family => throw new TokenizerFormatException(
            $"'{family}' is a tokenizer whose vocab.json and merges.txt are not enough. "
            + "Save it once with the transformers library, which writes a tokenizer.json, and open that."),
    };

    private static JsonObject ByteLevel(bool addPrefixSpace, bool trimOffsets) =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = addPrefixSpace, ["trim_offsets"] = trimOffsets, ["use_regex"] = true };

    private static bool IsMerge(string line, int index) =>
        line.Length > 0 && !(index == 0 && line.StartsWith("#version", StringComparison.Ordinal));

    private static Dictionary<string, int> ReadVocabulary(string file)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (var (token, id) in JsonField.Parse(File.ReadAllBytes(file), file).Properties()) vocabulary[token] = id.Number();
        return vocabulary;
    }
}
