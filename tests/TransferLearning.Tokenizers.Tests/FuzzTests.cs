using System.Text;
using TransferLearning.TestKit;

namespace TransferLearning.Tokenizers.Tests;

/// <summary>Mutants of the files of tokenizers.</summary>
public sealed class FuzzTests : IDisposable
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\n##s\na\n##b\n";

    private static readonly string[] Texts = ["", "The cat sat.", " \n\t", "Ünïcödé 漢字 😀\uD83D", new string('a', 300), "[MASK] <s> a b"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("WordPiece", """
        {"version":"1.0","truncation":{"max_length":9,"strategy":"LongestFirst","stride":0,"direction":"Right"},
         "padding":{"strategy":"BatchLongest","direction":"Right","pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"},
         "added_tokens":[{"id":0,"content":"[PAD]","special":true,"normalized":false},{"id":6,"content":"cat","single_word":true,"lstrip":true,"rstrip":true}],
         "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"BertPreTokenizer"},{"type":"Digits","individual_digits":true},{"type":"Split","pattern":{"Regex":"\\p{L}+|(?<=a)b|\\s+(?!\\S)"},"behavior":"Isolated","invert":false}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
           "pair":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[CLS]","type_id":1}},{"Sequence":{"id":"B","type_id":1}}],
           "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]}}},
         "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
           "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"a":3,"##a":4,"the":5,"cat":6,"##s":7}}}
        """)]
    [InlineData("BPE", """
        {"added_tokens":[{"id":3,"content":"<s>","special":true}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "},{"type":"Strip","strip_left":true,"strip_right":false},
           {"type":"Prepend","prepend":"_"},{"type":"Lowercase"},{"type":"StripAccents"},{"type":"Nmt"}]},
         "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
         "post_processor":{"type":"Sequence","processors":[{"type":"RobertaProcessing","sep":["<s>",3],"cls":["<s>",3],"trim_offsets":true,"add_prefix_space":false}]},
         "decoder":{"type":"Sequence","decoders":[{"type":"ByteLevel"},{"type":"Strip","content":" ","start":1,"stop":0},{"type":"Replace","pattern":{"String":"a"},"content":"b"},{"type":"CTC","pad_token":"<pad>","word_delimiter_token":"|","cleanup":true}]},
         "model":{"type":"BPE","unk_token":"u","continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":true,"byte_fallback":false,"ignore_merges":true,
           "vocab":{"u":0,"a":1,"b":2,"<s>":3,"ab":4,"aba":5},"merges":["a b",["ab","a"]]}}
        """)]
    [InlineData("Unigram", """
        {"added_tokens":[],"normalizer":{"type":"Precompiled","precompiled_charsmap":"tAAAAAAAgAkAAAAA"},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Punctuation","behavior":"Contiguous"},{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":true},{"type":"UnicodeScripts"}]},
         "post_processor":{"type":"BertProcessing","sep":["a",1],"cls":["b",2]},
         "decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Metaspace","replacement":"_","add_prefix_space":true},{"type":"Fuse"},{"type":"BPEDecoder","suffix":"</w>"}]},
         "model":{"type":"Unigram","unk_id":0,"byte_fallback":true,"vocab":[["<unk>",0.0],["a",-1.5],["b",-2],["_a",-3e0],["ab",-2.5],["<0x61>",-9]]}}
        """)]
    public void Tokenizer_json(string kind, string document)
    {
        var json = Encoding.UTF8.GetBytes(
            kind == "Unigram" ? document.Replace("tAAAAAAAgAkAAAAA", CharsMap(), StringComparison.Ordinal) : document);
        Fuzzer.Run(
            $"tokenizer.json, {kind}", json, mutant => Encode(Tokenizer.Open(_folder.Write("tokenizer.json", mutant))), typeof(TokenizerFormatException));
    }

    [Fact]
    public void Vocabulary_of_words() => Fuzz("vocab.txt", Encoding.UTF8.GetBytes(Vocabulary), "vocab.txt");

    [Fact]
    public void Settings_of_a_tokenizer()
    {
        _folder.Write("vocab.txt", Vocabulary);
        Fuzz("tokenizer_config.json", """
            {"do_lower_case":true,"strip_accents":null,"tokenize_chinese_chars":true,"model_max_length":512,"padding_side":"left","tokenizer_class":"BertTokenizer",
             "cls_token":"[CLS]","mask_token":{"content":"[MASK]","lstrip":true},"added_tokens_decoder":{"7":{"content":"new","single_word":false,"lstrip":false,"rstrip":false,"normalized":true,"special":false}}}
            """u8.ToArray(), "vocab.txt");
    }

    [Fact]
    public void Merges()
    {
        _folder.Write("vocab.json", """{"<s>":0,"</s>":1,"<mask>":2,"a":3,"b":4,"ab":5,"aba":6,"Ġ":7}""");
        Fuzz("merges.txt", "#version: 0.2\na b\nab a\n"u8.ToArray(), "vocab.json");
    }

    [Fact]
    public void Vocabulary_of_pairs()
    {
        _folder.Write("merges.txt", "#version: 0.2\na b\nab a\n");
        Fuzz("vocab.json", """{"<s>":0,"</s>":1,"<mask>":2,"a":3,"b":4,"ab":5,"aba":6,"Ġ":7}"""u8.ToArray(), "vocab.json");
    }

    [Theory]
    [InlineData("unigram_bytes600")]
    [InlineData("spbpe700")]
    public void SentencePiece_model(string name) =>
        Fuzz("spiece.model", File.ReadAllBytes(GoldenTokenizer.Path($"{name}/spiece.model")), "spiece.model");

    private void Fuzz(string file, byte[] original, string open) => Fuzzer.Run(file, original, mutant =>
    {
        _folder.Write(file, mutant);
        Encode(Tokenizer.Open(_folder.File(open)));
    }, typeof(TokenizerFormatException));

    private static void Encode(Tokenizer tokenizer)
    {
        foreach (var text in Texts) tokenizer.Decode(tokenizer.Encode(text, "a b").Ids);
    }

    /// <summary>The beginning of a real map: its length, a part of the trie, some replacements.</summary>
    private static string CharsMap()
    {
        const int Trie = 400, Replacements = 50;
        var map = SentencePieceModel.Read(GoldenTokenizer.Path("unigram1000/spiece.model")).CharsMap;
        return Convert.ToBase64String([.. BitConverter.GetBytes(Trie), .. map[4..(4 + Trie)], .. map[^Replacements..]]);
    }
}
