using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.TestKit;

namespace TransferLearning.Tokenizers.Tests;

/// <summary>The tokenizer cases of tests/golden/text: strings, and the tokenizers that the reference made.</summary>
internal static class GoldenTokenizer
{
    public static IReadOnlyList<string> Strings { get; } =
        [.. Read("strings.json").GetProperty("strings").EnumerateArray().Select(row => row[1].GetString()!)];

    public static string Path(string file) => TestFiles.Golden($"text/{file}");

    public static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Path(file))).RootElement;

    /// <summary>The tokenizer that a case was made with.</summary>
    public static Tokenizer Open(string name) => name switch
    {
        "minilm" => Tokenizer.Open(Path("minilm/vocab.txt")),
        "gpt2" or "roberta" or "whisper" => Tokenizer.Open(Path($"bpe2000/tokenizer_{name}.json")),
        "llama3" => Llama3(),
        "unigram1000" => Tokenizer.Parse(WithCharsMap()),
        _ => Tokenizer.Open(Path($"{name}/tokenizer.json")),
    };

    /// <summary>A range that counts characters, in UTF-16 units of the text.</summary>
    public static Range FromCodePoints(string text, int start, int end)
    {
        return Units(start)..Units(end);

        int Units(int count) => text.EnumerateRunes().Take(count).Sum(rune => rune.Utf16SequenceLength);
    }

    /// <summary>A flat list of starts and ends that count characters.</summary>
    public static IEnumerable<Range> Ranges(this JsonElement flat, string text) =>
        flat.Integers().Chunk(2).Select(pair => FromCodePoints(text, pair[0], pair[1]));

    public static int[] Integers(this JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];

    /// <summary>The row of a string, in a list of all or in an object of some.</summary>
    public static JsonElement? Row(this JsonElement rows, int index)
    {
        if (rows.ValueKind == JsonValueKind.Array) return rows[index];
        return rows.TryGetProperty($"{index}", out var row) ? row : null;
    }

    /// <summary>The document says CHARSMAP where the map of the SentencePiece model belongs.</summary>
    private static byte[] WithCharsMap()
    {
        var document = JsonNode.Parse(File.ReadAllBytes(Path("unigram1000/tokenizer.json")))!;
        var model = JsonNode.Parse(Tokenizer.Open(Path("unigram1000/spiece.model")).ToJson())!;
        document["normalizer"]!["precompiled_charsmap"] = model["normalizer"]!["normalizers"]![0]!["precompiled_charsmap"]!.GetValue<string>();
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>GPT-2's vocabulary as Llama 3 uses one: its own pattern, whole words before merges.</summary>
    private static Tokenizer Llama3()
    {
        var document = JsonNode.Parse(File.ReadAllBytes(Path("bpe2000/tokenizer_gpt2.json")))!;
        document["model"]!["ignore_merges"] = true;
        document["added_tokens"] = JsonNode.Parse("""
            [{ "id": 0, "content": "<s>", "normalized": false, "special": true }, { "id": 2, "content": "</s>", "normalized": false, "special": true }]
            """);
        document["pre_tokenizer"] = JsonNode.Parse("""
            { "type": "Sequence", "pretokenizers": [
                { "type": "Split", "pattern": { "Regex": "" }, "behavior": "Isolated", "invert": false },
                { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false } ] }
            """);
        document["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"] = Read("bpe2000/byte_level.json")
            .GetProperty("pattern_of_llama3").GetString();
        document["post_processor"] = JsonNode.Parse("""
            { "type": "Sequence", "processors": [
                { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true },
                { "type": "TemplateProcessing",
                  "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }],
                  "pair": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } },
                           { "SpecialToken": { "id": "<s>", "type_id": 1 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
                  "special_tokens": { "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] } } } ] }
            """);
        return Tokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(document));
    }
}
