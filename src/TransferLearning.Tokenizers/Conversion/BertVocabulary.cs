using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers;

/// <summary>A vocab.txt: one WordPiece token a line, its id the number of the line.</summary>
internal static class BertVocabulary
{
    public static byte[] Convert(string file, TokenizerSettings settings)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        foreach (var (id, token) in File.ReadLines(file).Index()) vocabulary[token] = id;

        var unknown = settings.SpecialToken("unk_token", "[UNK]");
        var (cls, sep) = (settings.SpecialToken("cls_token", "[CLS]"), settings.SpecialToken("sep_token", "[SEP]"));
        var (padding, mask) = (settings.SpecialToken("pad_token", "[PAD]"), settings.SpecialToken("mask_token", "[MASK]"));
        foreach (var token in new[] { unknown, cls, sep })
            if (!vocabulary.ContainsKey(token))
                throw new TokenizerFormatException(
                    $"{file} has no line '{token}', which every text needs. "
                    + "Give the vocab.txt of a BERT-like model, or name its special tokens in tokenizer_config.json.");

        var model = new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = unknown,
            ["continuing_subword_prefix"] = "##",
            ["max_input_chars_per_word"] = 100,
            ["vocab"] = new JsonObject(vocabulary.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        };
        var document = new TokenizerDocument(model, vocabulary, settings)
        {
            Normalizer = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = settings.Flag("tokenize_chinese_chars") ?? true,
                ["strip_accents"] = settings.Flag("strip_accents"),
                ["lowercase"] = settings.Flag("do_lower_case") ?? true,
            },
            PreTokenizer = new JsonObject { ["type"] = "BertPreTokenizer" },
            Decoder = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
        };
        foreach (var token in new[] { padding, unknown, cls, sep, mask })
            if (vocabulary.ContainsKey(token)) document.AddSpecial(token);
        return document.ToJson(
            document.Template($"{cls}:0 $A:0 {sep}:0", $"{cls}:0 $A:0 {sep}:0 $B:1 {sep}:1"),
            vocabulary.ContainsKey(padding) ? padding : null);
    }
}
