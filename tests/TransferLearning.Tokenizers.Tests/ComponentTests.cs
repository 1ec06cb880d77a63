using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers.Tests;

public class ComponentTests
{
    public static TheoryData<int> CasesOf(string kind) =>
        [.. GoldenTokenizer.Read("components.json").GetProperty("cases").EnumerateArray().Index().Where(c => c.Item.GetProperty("kind").GetString() == kind).Select(c => c.Index)];

    [Theory]
    [MemberData(nameof(CasesOf), "normalizer")]
    public void Normalizers_give_the_texts_of_the_reference(int index)
    {
        var (config, cases) = Case(index);
        var normalizer = INormalizer.Read(Field(config))!;
        foreach (var (input, output) in cases)
        {
            using var text = new AlignedText();
            text.Load(input.GetString()!, 0, input.GetString()!.Length);
            normalizer.Normalize(text);
            text.Chars.ToString().Should().Be(output.GetString(), config.GetRawText());
        }
    }

    [Theory]
    [MemberData(nameof(CasesOf), "pre_tokenizer")]
    public void Pre_tokenizers_give_the_words_of_the_reference(int index)
    {
        var (config, cases) = Case(index);
        var preTokenizer = IPreTokenizer.Read(Field(config))!;
        foreach (var (input, output) in cases)
        {
            using var text = new AlignedText();
            var words = new WordList();
            text.Load(input.GetString()!, 0, input.GetString()!.Length);
            words.Reset(text);
            preTokenizer.Split(text, words);
            List<(string, Range)> found = [];
            foreach (var (start, end) in words.Words)
                found.Add((text.Chars[start..end].ToString(), text.StartOf(start)..text.EndOf(end - 1)));
            found.Should().Equal(
                output.EnumerateArray().Select(
                    word => (word[0].GetString()!, GoldenTokenizer.FromCodePoints(input.GetString()!, word[1].GetInt32(), word[2].GetInt32()))),
                config.GetRawText().Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(CasesOf), "decoder")]
    public void Decoders_give_the_texts_of_the_reference(int index)
    {
        var (config, cases) = Case(index);
        var decoder = IDecoder.Read(Field(config))!;
        foreach (var (input, output) in cases)
            string.Concat(decoder.Decode([.. input.EnumerateArray().Select(token => token.GetString()!)])).Should()
                .Be(output.GetString(), config.GetRawText());
    }

    [Theory]
    [MemberData(nameof(CasesOf), "tokenizer")]
    public void A_small_tokenizer_gives_the_ids_of_the_reference(int index)
    {
        var (config, cases) = Case(index);
        var tokenizer = Tokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(config));
        foreach (var (input, output) in cases) tokenizer.Encode(input.GetString()!).Ids.Should().Equal(output.Integers());
    }

    [Theory]
    [MemberData(nameof(CasesOf), "added_token")]
    public void Added_tokens_are_found_as_in_the_reference(int index)
    {
        var (config, cases) = Case(index);
        var document = JsonNode.Parse("""
            { "normalizer": { "type": "Lowercase" }, "pre_tokenizer": { "type": "Whitespace" },
              "model": { "type": "WordLevel", "vocab": { "<unk>": 0, "hello": 1, "new": 2, "york": 3, "es": 4 }, "unk_token": "<unk>" } }
            """)!;
        document["added_tokens"] = JsonNode.Parse(config.GetRawText());
        var tokenizer = Tokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(document));
        foreach (var (input, output) in cases)
        {
            var encoding = tokenizer.Encode(input.GetString()!);
            encoding.Ids.Zip(encoding.Offsets).Should().Equal(
                output.EnumerateArray().Select(token => (token[0].GetInt32(), token[1].GetInt32()..token[2].GetInt32())));
        }
    }

    private static (JsonElement Config, IEnumerable<(JsonElement Input, JsonElement Output)> Cases) Case(int index)
    {
        var golden = GoldenTokenizer.Read("components.json").GetProperty("cases")[index];
        return (
            golden.GetProperty("config"), golden.GetProperty("input").EnumerateArray().Zip(golden.GetProperty("output").EnumerateArray()));
    }

    private static JsonField Field(JsonElement config) => new(config, "components.json", "config");
}
