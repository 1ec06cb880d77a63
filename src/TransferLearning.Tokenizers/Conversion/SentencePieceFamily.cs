using System.Text.Json.Nodes;

namespace TransferLearning.Tokenizers;

/// <summary>What a family of models adds to its SentencePiece file, as the conversions of the transformers library have it.</summary>
internal abstract class SentencePieceFamily
{
    /// <exception cref="TokenizerFormatException">The family is not known.</exception>
    public static SentencePieceFamily Of(string name)
    {
        if (name.Length == 0) return new Plain();
        (string Name, Func<SentencePieceFamily> Create)[] known =
        [
            ("albert", () => new Albert()), ("xlnet", () => new XLNet()), ("deberta", () => new DebertaV2()),
            ("xlm-roberta", () => new XlmRoberta()), ("xlmroberta", () => new XlmRoberta()),
            ("t5", () => new T5()), ("llama", () => new Llama()), ("pretrainedtokenizerfast", () => new Plain()),
        ];
        return known.FirstOrDefault(
            family => name.Contains(family.Name, StringComparison.Ordinal)).Create?.Invoke() ?? throw new TokenizerFormatException(
            $"'{name}' is a tokenizer whose SentencePiece file is not enough. "
            + "Save it once with the transformers library, which writes a tokenizer.json, and open that.");
    }

    /// <summary>The vocabulary in the order of the model's embeddings.</summary>
    public virtual IEnumerable<SentencePiece> Arrange(IReadOnlyList<SentencePiece> pieces) => pieces;

    /// <summary>What is done to the text before the model's own normalization.</summary>
    public virtual IEnumerable<JsonNode> Normalizers(TokenizerSettings settings) => [];

    /// <summary>Adds special tokens and their places, and finishes the document.</summary>
    public abstract byte[] Frame(TokenizerDocument document, TokenizerSettings settings);

    /// <summary>The file as it stands.</summary>
    private sealed class Plain : SentencePieceFamily
    {
        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings) => document.ToJson(null, null);
    }

    private class Albert : SentencePieceFamily
    {
        public override IEnumerable<JsonNode> Normalizers(TokenizerSettings settings)
        {
            foreach (var quotes in new[] { "``", "''" })
                yield return new JsonObject
                {
                    ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = quotes }, ["content"] = "\""
                };
            if (settings.Flag("keep_accents") != true)
            {
                yield return new JsonObject { ["type"] = "NFKD" };
                yield return new JsonObject { ["type"] = "StripAccents" };
            }
            if (settings.Flag("do_lower_case") ?? Lowercases) yield return new JsonObject { ["type"] = "Lowercase" };
        }

        protected virtual bool Lowercases => true;

        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings) =>
            FrameAsBert(document, settings, "<pad>", "<unk>");
    }

    private sealed class XLNet : Albert
    {
        protected override bool Lowercases => false;

        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings)
        {
            var (cls, sep) = (settings.SpecialToken("cls_token", "<cls>"), settings.SpecialToken("sep_token", "<sep>"));
            var padding = settings.SpecialToken("pad_token", "<pad>");
            foreach (var token in new[] { cls, sep, padding }) document.AddSpecial(token);
            document.AddSpecial(settings.SpecialToken("mask_token", "<mask>"), stripLeft: true);
            return document.ToJson(document.Template($"$A:0 {sep}:0 {cls}:2", $"$A:0 {sep}:0 $B:1 {sep}:1 {cls}:2"), padding);
        }
    }

    private sealed class DebertaV2 : SentencePieceFamily
    {
        public override IEnumerable<JsonNode> Normalizers(TokenizerSettings settings) =>
            settings.Flag("do_lower_case") == true ? [new JsonObject { ["type"] = "Lowercase" }] : [];

        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings) =>
            FrameAsBert(document, settings, "[PAD]", "[UNK]");
    }

    /// <summary>The embeddings begin with four tokens of fairseq's in the place of the model's first three.</summary>
    private sealed class XlmRoberta : SentencePieceFamily
    {
        public override IEnumerable<SentencePiece> Arrange(IReadOnlyList<SentencePiece> pieces) =>
        [
            new("<s>", 0, PieceType.Control), new("<pad>", 0, PieceType.Control), new("</s>", 0, PieceType.Control),
            new("<unk>", 0, PieceType.Unknown),
            .. pieces.Skip(3),
            new("<mask>", 0, PieceType.Control),
        ];

        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings)
        {
            document.AddSpecial("<mask>", stripLeft: true);
            return document.ToJson(document.Template("<s>:0 $A:0 </s>:0", "<s>:0 $A:0 </s>:0 </s>:0 $B:0 </s>:0"), "<pad>");
        }
    }

    private sealed class T5 : SentencePieceFamily
    {
        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings)
        {
            var (padding, end) = (settings.SpecialToken("pad_token", "<pad>"), settings.SpecialToken("eos_token", "</s>"));
            // The sentinels of span corruption, numbered from the end of the vocabulary.
            for (var i = settings.Number("extra_ids", 100) - 1; i >= 0; i--) document.AddSpecial($"<extra_id_{i}>");
            return document.ToJson(document.Template($"$A:0 {end}:0", $"$A:0 {end}:0 $B:0 {end}:0"), padding);
        }
    }

    private sealed class Llama : SentencePieceFamily
    {
        public override byte[] Frame(TokenizerDocument document, TokenizerSettings settings)
        {
            var (begin, end) = (settings.SpecialToken("bos_token", "<s>"), settings.SpecialToken("eos_token", "</s>"));
            document.AddSpecial(begin);
            document.AddSpecial(end);
            var before = settings.Flag("add_bos_token") ?? true ? $"{begin}:0 " : "";
            var after = settings.Flag("add_eos_token") ?? false ? $" {end}:0" : "";
            var (single, second) = ($"{before}$A:0{after}", $"{before}$B:0{after}".Replace(":0", ":1", StringComparison.Ordinal));
            var padding = settings.SpecialToken("pad_token", "");
            return document.ToJson(document.Template(single, $"{single} {second}"), padding.Length > 0 ? padding : null);
        }
    }

    private static byte[] FrameAsBert(TokenizerDocument document, TokenizerSettings settings, string padding, string unknown)
    {
        var (cls, sep) = (settings.SpecialToken("cls_token", "[CLS]"), settings.SpecialToken("sep_token", "[SEP]"));
        padding = settings.SpecialToken("pad_token", padding);
        foreach (var token in new[] { padding, settings.SpecialToken("unk_token", unknown), cls, sep }) document.AddSpecial(token);
        document.AddSpecial(settings.SpecialToken("mask_token", "[MASK]"), stripLeft: true);
        return document.ToJson(document.Template($"{cls}:0 $A:0 {sep}:0", $"{cls}:0 $A:0 {sep}:0 $B:1 {sep}:1"), padding);
    }
}
