using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers.Tests;

public class TokenizerJsonTests
{
    private sealed record Settings(string Name, Tokenizer Tokenizer);

    [Fact]
    public void A_record_with_a_tokenizer_survives_JSON()
    {
        var settings = new Settings("minilm", GoldenTokenizer.Open("minilm"));
        var copy = JsonSerializer.Deserialize<Settings>(JsonSerializer.Serialize(settings))!;
        copy.Tokenizer.Encode("A copy.").Ids.Should().Equal(settings.Tokenizer.Encode("A copy.").Ids);
        copy.Tokenizer.PaddingId.Should().Be(0);
    }

    [Fact]
    public void The_document_comes_back_as_it_was()
    {
        var bytes = File.ReadAllBytes(GoldenTokenizer.Path("bpe2000/tokenizer_roberta.json"));
        Tokenizer.Parse(bytes).ToJson().Should().Equal(bytes);
    }

    [Fact]
    public void A_mark_of_the_encoding_at_the_start_is_passed_over() =>
        Tokenizer.Parse([.. Encoding.UTF8.Preamble, .. Document().ToJsonString().Select(c => (byte)c)]).Count.Should().Be(2);

    [Fact]
    public void Tokens_have_ids_and_roles()
    {
        var tokenizer = GoldenTokenizer.Open("minilm");
        tokenizer.Count.Should().Be(30522);
        tokenizer.IdOf("hello").Should().Be(7592);
        tokenizer.IdOf("no such token").Should().BeNull();
        tokenizer.TokenOf(7592).Should().Be("hello");
        tokenizer.TokenOf(-1).Should().BeNull();
        tokenizer.SpecialIds.Should().Equal(0, 100, 101, 102, 103);
        (tokenizer.PaddingId, tokenizer.UnknownId, tokenizer.ClsId, tokenizer.SepId, tokenizer.MaskId).Should().Be((0, 100, 101, 102, 103));
        GoldenTokenizer.Open("gpt2").MaxLength.Should().BeNull();
    }

    [Fact]
    public void Ids_that_are_no_tokens_are_left_out_of_the_text() =>
        GoldenTokenizer.Open("minilm").Decode([7592, 99999, -5, 2088]).Should().Be("hello world");

    [Fact]
    public void Padding_and_truncation_of_the_document_are_told_and_not_applied()
    {
        var document = Document();
        document["truncation"] = JsonNode.Parse("""{ "direction": "Left", "max_length": 3, "strategy": "LongestFirst", "stride": 0 }""");
        document["padding"] = JsonNode.Parse("""{ "strategy": { "Fixed": 9 }, "direction": "Left", "pad_id": 1, "pad_type_id": 0, "pad_token": "a" }""");
        var tokenizer = Parse(document);
        (tokenizer.MaxLength, tokenizer.TruncationSide, tokenizer.PaddingSide, tokenizer.PaddingId).Should()
            .Be((3, TextSide.Left, TextSide.Left, 1));
        tokenizer.Encode("a").Length.Should().Be(1);
    }

    [Theory]
    [InlineData("not JSON", "*is not valid JSON*")]
    [InlineData("[1]", "*no field 'model'*")]
    [InlineData("{}", "*no field 'model'*")]
    [InlineData("""{"model": {"type": "Morse", "vocab": {}}}""", "*'model' is of type 'Morse', which is not supported*")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": 0}, "unk_token": "[UNK]"}}""", "*'model.unk_token' is not in the vocabulary*")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {"a": -1}}}""", "*'model.vocab.a' is no whole number*")]
    [InlineData("""{"model": {"type": "WordLevel", "vocab": {"\ud800": 1}}}""", "*'model.vocab' holds half a surrogate pair*")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", 0.5]], "unk_id": 7}}""", "*'model.unk_id' is 7*1 tokens*")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": ["a"], "unk_id": 0}}""", "*'model.vocab[[]0]'*")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}""", "*'model.merges[[]0]' needs 'ab'*")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b c"]}}""", "*'model.merges[[]0]' is no pair*")]
    public void A_broken_document_is_refused_by_the_field(string json, string message)
    {
        var parse = () => Tokenizer.Parse(Encoding.UTF8.GetBytes(json));
        parse.Should().Throw<TokenizerFormatException>().WithMessage(message.Replace("[[]", "[", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("normalizer", """{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Rot13"}]}""", "*'normalizer.normalizers[1]' is of type 'Rot13'*")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": "CHARSMAP"}""", "*'normalizer.precompiled_charsmap' cannot be used*cut off*")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": "?"}""", "*base 64*")]
    [InlineData("normalizer", """{"type": "Replace", "pattern": {"Regex": "("}, "content": ""}""", "*'normalizer.pattern.Regex' cannot be used*")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "[[:alpha:]]"}, "behavior": "Isolated"}""", "*a class within a class*")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "\\X"}, "behavior": "Isolated"}""", "*'\\X'*not supported*")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"String": " "}, "behavior": "Shuffled"}""", "*'pre_tokenizer.behavior' is none of*")]
    [InlineData("pre_tokenizer", """{"type": "CharDelimiterSplit", "delimiter": "ab"}""", "*is not one character*")]
    [InlineData("post_processor", """{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B"}}], "pair": [], "special_tokens": {}}""", "*'post_processor.single[0].Sequence.id' names no text*")]
    [InlineData("post_processor", """{"type": "BertProcessing", "cls": ["a"], "sep": ["b", 1]}""", "*'post_processor.cls'*")]
    [InlineData("decoder", """{"type": "Braille"}""", "*'decoder' is of type 'Braille'*")]
    [InlineData("decoder", """{"type": "ByteFallback", "type": 3}""", "*'decoder.type' is no string*")]
    [InlineData("added_tokens", """[{"id": 9}]""", "*'added_tokens[0].content' is no string*")]
    [InlineData("truncation", """{"direction": "Up"}""", "*'truncation.direction'*")]
    public void A_broken_part_is_refused_by_the_field(string part, string json, string message)
    {
        var document = Encoding.UTF8.GetBytes($$"""{ "{{part}}": {{json}}, "model": { "type": "WordLevel", "vocab": { "a": 0, "b": 1 }, "unk_token": "a" } }""");
        var parse = () => Tokenizer.Parse(document);
        parse.Should().Throw<TokenizerFormatException>().WithMessage(message);
    }

    [Fact]
    public void A_document_cut_anywhere_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes(Document().ToJsonString());
        for (var length = 0; length < whole.Length; length++)
        {
            var parse = () => Tokenizer.Parse(whole.AsSpan(0, length));
            parse.Should().Throw<TokenizerFormatException>();
        }
    }

    private static JsonObject Document() => JsonNode.Parse("""{ "version": "1.0", "model": { "type": "WordLevel", "vocab": { "<unk>": 0, "a": 1 }, "unk_token": "<unk>" } }""")!.AsObject();

    private static Tokenizer Parse(JsonNode document) => Tokenizer.Parse(JsonSerializer.SerializeToUtf8Bytes(document));
}
