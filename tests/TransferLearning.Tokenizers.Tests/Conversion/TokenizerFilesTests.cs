using TransferLearning.TestKit;

namespace TransferLearning.Tokenizers.Tests;

public sealed class TokenizerFilesTests : IDisposable
{
    private static readonly EncodingOptions Bare = new() { AddSpecialTokens = false };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_vocabulary_of_BERT_opens_by_its_folder_and_heeds_the_settings()
    {
        Copy("wordpiece_cased2000/vocab.txt", "vocab.txt");
        _folder.Write("tokenizer_config.json", """{ "do_lower_case": false, "model_max_length": 512, "padding_side": "left", "tokenizer_class": "BertTokenizer" }""");
        var tokenizer = Tokenizer.Open(_folder.Path);
        var reference = GoldenTokenizer.Open("wordpiece_cased2000");
        foreach (var text in GoldenTokenizer.Strings) tokenizer.Encode(text).Ids.Should().Equal(reference.Encode(text).Ids, text);
        (tokenizer.MaxLength, tokenizer.PaddingSide, tokenizer.PaddingId).Should().Be((512, TextSide.Left, 0));
    }

    [Fact]
    public void A_limit_beyond_all_texts_is_none()
    {
        Copy("wordpiece_cased2000/vocab.txt", "vocab.txt");
        _folder.Write("tokenizer_config.json", """{ "model_max_length": 1000000000000000019884624838656, "strip_accents": true, "do_lower_case": false }""");
        var tokenizer = Tokenizer.Open(_folder.Path);
        tokenizer.MaxLength.Should().BeNull();
        tokenizer.Encode("Hél").Ids.Should().Equal(tokenizer.Encode("Hel").Ids);
    }

    [Theory]
    [InlineData("roberta", "roberta")]
    [InlineData("roberta", null)]
    [InlineData("gpt2", "gpt2")]
    public void A_vocabulary_with_merges_opens_as_its_family(string name, string? modelType)
    {
        Copy("bpe2000/vocab.json", "vocab.json");
        Copy("bpe2000/merges.txt", "merges.txt");
        if (modelType is not null) _folder.Write("config.json", $$"""{ "model_type": "{{modelType}}" }""");
        var tokenizer = Tokenizer.Open(_folder.Path);
        var reference = GoldenTokenizer.Open(name);
        foreach (var text in GoldenTokenizer.Strings.Where(text => !text.Contains('<', StringComparison.Ordinal)))
        {
            var (encoding, expected) = (tokenizer.Encode(text, "and you"), reference.Encode(text, "and you"));
            encoding.Ids.Should().Equal(expected.Ids, text);
            encoding.Offsets.Should().Equal(expected.Offsets, text);
            encoding.Segments.Should().Equal(expected.Segments, text);
        }
    }

    [Theory]
    [InlineData("unigram1000")]
    [InlineData("unigram_bytes600")]
    [InlineData("spbpe700")]
    public void A_SentencePiece_model_gives_the_ids_of_the_sentencepiece_library(string name)
    {
        var tokenizer = Tokenizer.Open(GoldenTokenizer.Path($"{name}/spiece.model"));
        var golden = GoldenTokenizer.Read($"{name}/encode.json");
        foreach (var (i, text) in GoldenTokenizer.Strings.Index())
        {
            // Special tokens in the text are found, as the transformers library does and sentencepiece does not.
            if (tokenizer.SpecialIds.Any(id => text.Contains(tokenizer.TokenOf(id)!, StringComparison.Ordinal))
                || text.Contains("<0x", StringComparison.Ordinal))
                continue;
            tokenizer.Encode(text).Ids.Should().Equal(golden.GetProperty("ids")[i].Integers(), "string {0} is '{1}'", i, text);
        }
    }

    [Fact]
    public void A_SentencePiece_model_of_T5_has_its_sentinels_and_its_end()
    {
        Copy("unigram1000/spiece.model", "spiece.model");
        _folder.Write("config.json", """{ "model_type": "t5" }""");
        var tokenizer = Tokenizer.Open(_folder.Path);
        var golden = GoldenTokenizer.Read("unigram1000/encode.json");
        foreach (var (i, text) in GoldenTokenizer.Strings.Index().Where(s => !s.Item.Contains('\u0085', StringComparison.Ordinal)))
            tokenizer.Encode(text, options: Bare).Ids.Should().Equal(
                (golden.GetProperty("tokenizer_json_differs").Row(i) ?? golden.GetProperty("ids")[i]).Integers(), "string {0} is '{1}'", i, text);
        tokenizer.Encode("a", "b").Tokens.Should().Equal("\u2581a", "</s>", "\u2581b", "</s>");
        tokenizer.IdOf("<extra_id_0>").Should().Be(1099);
    }

    [Theory]
    [InlineData("albert", "[CLS] \u2581a [SEP] \u2581a [SEP]", "0 0 0 1 1")]
    [InlineData("deberta-v2", "[CLS] \u2581a [SEP] \u2581a [SEP]", "0 0 0 1 1")]
    [InlineData("xlnet", "\u2581a <sep> \u2581a <sep> <cls>", "0 0 1 1 2")]
    [InlineData("xlm-roberta", "<s> \u2581a </s> </s> \u2581a </s>", "0 0 0 0 0 0")]
    [InlineData("llama", "<s> \u2581a <s> \u2581a", "0 0 1 1")]
    public void Families_frame_a_SentencePiece_model_each_in_its_way(string modelType, string tokens, string segments)
    {
        Copy("unigram1000/spiece.model", "spiece.model");
        _folder.Write("config.json", $$"""{ "model_type": "{{modelType}}" }""");
        var encoding = Tokenizer.Open(_folder.Path).Encode("a", "a");
        string.Join(' ', encoding.Tokens).Should().Be(tokens);
        string.Join(' ', encoding.Segments).Should().Be(segments);
    }

    [Fact]
    public void XLM_RoBERTa_moves_the_pieces_behind_the_tokens_of_fairseq()
    {
        Copy("unigram1000/spiece.model", "sentencepiece.bpe.model");
        _folder.Write("config.json", """{ "model_type": "xlm-roberta" }""");
        var tokenizer = Tokenizer.Open(_folder.Path);
        var plain = Tokenizer.Open(GoldenTokenizer.Path("unigram1000/spiece.model"));
        (tokenizer.ClsId, tokenizer.PaddingId, tokenizer.SepId, tokenizer.UnknownId, tokenizer.MaskId).Should().Be((0, 1, 2, 3, 1001));
        tokenizer.Encode("hello", options: Bare).Ids.Should().Equal(plain.Encode("hello").Ids.Select(id => id + 1));
    }

    [Fact]
    public void Tokens_added_later_keep_their_ids()
    {
        Copy("wordpiece_cased2000/vocab.txt", "vocab.txt");
        _folder.Write("added_tokens.json", """{ "<brand>": 2000 }""");
        _folder.Write("tokenizer_config.json", """{ "do_lower_case": false, "added_tokens_decoder": { "2001": { "content": "<user>", "special": true, "normalized": false } } }""");
        var tokenizer = Tokenizer.Open(_folder.Path);
        tokenizer.Encode("<brand><user>", options: Bare).Ids.Should().Equal(2000, 2001);
        tokenizer.SpecialIds.Should().Contain(2001).And.NotContain(2000);
        tokenizer.Count.Should().Be(2002);
    }

    [Fact]
    public void A_converted_tokenizer_reads_its_own_document()
    {
        foreach (var file in new[] { "minilm/vocab.txt", "unigram1000/spiece.model", "spbpe700/spiece.model", "bpe2000/vocab.json" })
        {
            var tokenizer = Tokenizer.Open(GoldenTokenizer.Path(file));
            var copy = Tokenizer.Parse(tokenizer.ToJson());
            foreach (var text in GoldenTokenizer.Strings.Take(100)) copy.Encode(text).Ids.Should().Equal(tokenizer.Encode(text).Ids);
        }
    }

    [Fact]
    public void An_empty_folder_is_refused_with_what_it_should_hold()
    {
        var open = () => Tokenizer.Open(_folder.Path);
        open.Should().Throw<TokenizerFormatException>().WithMessage($"*{_folder.Path}*tokenizer.json*vocab.txt*");
    }

    [Theory]
    [InlineData("vocab.txt", "hello\nworld\n", "*has no line '[UNK]'*")]
    [InlineData("tokenizer.json", "{}", "*tokenizer.json*no field 'model'*")]
    [InlineData("spiece.model", "not a protocol buffer", "*is no SentencePiece model*")]
    [InlineData("spiece.model", "", "*holds no pieces*")]
    [InlineData("vocab.json", "[]", "*vocab.json*")]
    [InlineData("tokenizer.bin", "", "*is no tokenizer file by its name*")]
    public void A_file_that_is_no_tokenizer_is_refused_by_its_name(string name, string content, string message)
    {
        _folder.Write(name, content);
        _folder.Write("merges.txt", "#version: 0.2\n");
        var open = () => Tokenizer.Open(_folder.File(name));
        open.Should().Throw<TokenizerFormatException>().WithMessage(message);
    }

    [Theory]
    [InlineData("spiece.model", "unigram1000/spiece.model", "camembert")]
    [InlineData("vocab.json", "bpe2000/vocab.json", "clip")]
    public void A_family_that_is_not_known_is_refused_with_the_way_out(string name, string golden, string modelType)
    {
        Copy(golden, name);
        Copy("bpe2000/merges.txt", "merges.txt");
        _folder.Write("config.json", $$"""{ "model_type": "{{modelType}}" }""");
        var open = () => Tokenizer.Open(_folder.File(name));
        open.Should().Throw<TokenizerFormatException>().WithMessage($"*'{modelType}'*writes a tokenizer.json*");
    }

    [Fact]
    public void A_SentencePiece_model_cut_anywhere_opens_or_is_refused()
    {
        var whole = File.ReadAllBytes(GoldenTokenizer.Path("spbpe700/spiece.model"));
        var file = _folder.File("spiece.model");
        for (var length = 0; length < whole.Length; length += 301)
        {
            File.WriteAllBytes(file, whole[..length]);
            try
            {
                Tokenizer.Open(file).Encode("a");
            }
            catch (TokenizerFormatException)
            {
            }
        }
    }

    [Fact]
    public void Broken_settings_are_refused_by_their_file()
    {
        Copy("wordpiece_cased2000/vocab.txt", "vocab.txt");
        _folder.Write("tokenizer_config.json", "{");
        var open = () => Tokenizer.Open(_folder.Path);
        open.Should().Throw<TokenizerFormatException>().WithMessage("*tokenizer_config.json is not valid JSON*");
    }

    private void Copy(string golden, string name) => File.Copy(GoldenTokenizer.Path(golden), _folder.File(name));
}
