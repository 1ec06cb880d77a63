using System.Text.Json;

namespace TransferLearning.Tokenizers.Tests;

public class TokenizerGoldenTests
{
    private static readonly EncodingOptions Bare = new() { AddSpecialTokens = false };

    [Theory]
    [InlineData("minilm")]
    [InlineData("wordpiece_cased2000")]
    public void WordPiece_gives_the_ids_offsets_and_texts_of_the_reference(string name) =>
        Check(GoldenTokenizer.Open(name), GoldenTokenizer.Read($"{name}/encode.json"));

    [Fact]
    public void Byte_level_pairs_give_the_ids_and_texts_of_the_reference() =>
        Check(GoldenTokenizer.Open("gpt2"), GoldenTokenizer.Read("bpe2000/encode_gpt2.json"));

    [Theory]
    [InlineData("roberta")]
    [InlineData("whisper")]
    [InlineData("llama3")]
    public void Relatives_of_GPT2_differ_from_it_as_in_the_reference(string name)
    {
        var tokenizer = GoldenTokenizer.Open(name);
        var golden = GoldenTokenizer.Read($"bpe2000/encode_{name}.json");
        var gpt2 = GoldenTokenizer.Read("bpe2000/encode_gpt2.json").GetProperty("ids");
        var ids = golden.GetProperty("ids");
        foreach (var (i, text) in GoldenTokenizer.Strings.Index())
        {
            var inside = tokenizer.Encode(text, options: Bare);
            var whole = tokenizer.Encode(text);
            inside.Ids.Should().Equal((ids.GetProperty("differs_from_gpt2").Row(i) ?? gpt2[i]).Integers(), "string {0} is '{1}'", i, text);
            if (i < 5) whole.Ids.Should().Equal(ids.GetProperty("first_five")[i].Integers());
            if (golden.TryGetProperty("offsets", out var offsets))
                whole.Offsets.Should().Equal(offsets[i].Ranges(text), "string {0} is '{1}'", i, text);
            CheckDecoding(tokenizer, golden, i, text, whole.Ids);
        }
    }

    [Theory]
    [InlineData("unigram1000")]
    [InlineData("unigram_bytes600")]
    [InlineData("spbpe700")]
    public void SentencePiece_models_give_the_ids_and_texts_of_the_reference(string name)
    {
        var tokenizer = GoldenTokenizer.Open(name);
        var golden = GoldenTokenizer.Read($"{name}/encode.json");
        foreach (var (i, text) in GoldenTokenizer.Strings.Index())
        {
            var expected = golden.GetProperty("tokenizer_json_differs").Row(i) ?? golden.GetProperty("ids")[i];
            var ids = tokenizer.Encode(text, options: Bare).Ids;
            ids.Should().Equal(expected.Integers(), "string {0} is '{1}'", i, text);
            tokenizer.Decode(ids).Should().Be(
                golden.GetProperty("tokenizer_json_decoded_differs").Row(i)?.GetString() ?? text, "string {0} is '{1}'", i, text);
            if (golden.GetProperty("tokenizer_json_with_template").Row(i) is { } framed)
                tokenizer.Encode(text).Ids.Should().Equal(framed.Integers());
        }
    }

    private static void Check(Tokenizer tokenizer, JsonElement golden)
    {
        foreach (var (i, text) in GoldenTokenizer.Strings.Index())
        {
            var encoding = tokenizer.Encode(text);
            encoding.Ids.Should().Equal(golden.GetProperty("ids")[i].Integers(), "string {0} is '{1}'", i, text);
            if (golden.TryGetProperty("offsets", out var offsets))
                encoding.Offsets.Should().Equal(offsets[i].Ranges(text), "string {0} is '{1}'", i, text);
            CheckDecoding(tokenizer, golden, i, text, encoding.Ids);
        }
    }

    private static void CheckDecoding(Tokenizer tokenizer, JsonElement golden, int i, string text, int[] ids)
    {
        var decoded = golden.TryGetProperty("decoded", out var all)
            ? all[i].GetString()
            : golden.GetProperty("decoded_differs").Row(i)?.GetString() ?? text;
        tokenizer.Decode(ids).Should().Be(decoded, "string {0} is '{1}'", i, text);
        if (golden.GetProperty("decoded_with_special_tokens").Row(i) is { } row)
            tokenizer.Decode(ids, skipSpecialTokens: false).Should().Be(row.GetString(), "string {0} is '{1}'", i, text);
    }
}
