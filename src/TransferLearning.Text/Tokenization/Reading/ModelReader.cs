namespace TransferLearning.Text;

internal static class ModelReader
{
    public static ITokenModel Read(JsonField field) => field["type"].Text(GuessType(field)) switch
    {
        "WordPiece" => ReadWordPiece(field),
        "BPE" => ReadBytePairEncoding(field),
        "Unigram" => ReadUnigram(field),
        "WordLevel" => ReadWordLevel(field),
        _ => throw field.Unsupported(),
    };

    /// <summary>Old files name no type.</summary>
    private static string GuessType(JsonField field) =>
        field.Has("merges") ? "BPE" : field["vocab"].IsArray ? "Unigram" : field.Has("max_input_chars_per_word") ? "WordPiece" : "WordLevel";

    private static Vocabulary ReadVocabulary(JsonField field) =>
        new(field.Properties().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.Number())));

    private static WordPiece ReadWordPiece(JsonField field)
    {
        var vocabulary = ReadVocabulary(field["vocab"]);
        var unknown = field["unk_token"];
        return new(
            vocabulary,
            vocabulary.IdOf(unknown.Text("[UNK]")) ?? throw unknown.Wrong("is not in the vocabulary. Add it there"),
            field["continuing_subword_prefix"].Text("##"),
            field["max_input_chars_per_word"].Number(100));
    }

    private static WordLevel ReadWordLevel(JsonField field)
    {
        var vocabulary = ReadVocabulary(field["vocab"]);
        return new(vocabulary, vocabulary.IdOf(field["unk_token"].Text("<unk>")));
    }

    private static Unigram ReadUnigram(JsonField field)
    {
        var pieces = field["vocab"].Items()
            .Select(piece => piece.Items().ToArray() is [var token, var score] ? (token.Text(), score.Real()) : throw piece.Wrong("is no [token, score]"))
            .ToList();
        var unknown = field["unk_id"];
        int? unknownId = unknown.IsNull ? null : unknown.Number();
        if (unknownId >= pieces.Count) throw unknown.Wrong($"is {unknownId}, but the vocabulary has {pieces.Count} tokens");
        return new(pieces, unknownId, field["byte_fallback"].Flag(false));
    }

    private static BytePairEncoding ReadBytePairEncoding(JsonField field)
    {
        var vocabulary = ReadVocabulary(field["vocab"]);
        var unknown = field["unk_token"];
        var options = new BytePairOptions
        {
            UnknownId = unknown.IsNull ? null : vocabulary.IdOf(unknown.Text()) ?? throw unknown.Wrong("is not in the vocabulary. Add it there"),
            ContinuingSubwordPrefix = field["continuing_subword_prefix"].Text(""),
            EndOfWordSuffix = field["end_of_word_suffix"].Text(""),
            FuseUnknown = field["fuse_unk"].Flag(false),
            ByteFallback = field["byte_fallback"].Flag(false),
            IgnoreMerges = field["ignore_merges"].Flag(false),
        };
        Dictionary<(int, int), Merge> merges = [];
        foreach (var (rank, entry) in field["merges"].Items().Index())
        {
            var (left, right) = ReadMerge(entry);
            var merged = left + (right.StartsWith(options.ContinuingSubwordPrefix, StringComparison.Ordinal) ? right[options.ContinuingSubwordPrefix.Length..] : right);
            merges[(Id(left), Id(right))] = new(rank, Id(merged));

            int Id(string token) => vocabulary.IdOf(token) ?? throw entry.Wrong($"needs '{token}', which is not in the vocabulary. Get the file again");
        }
        return new(vocabulary, merges, options);
    }

    /// <summary>A list of two tokens, or in files from before 2024 one string with a space between them.</summary>
    private static (string Left, string Right) ReadMerge(JsonField field)
    {
        string[] tokens = field.IsString ? field.Text().Split(' ') : [.. field.Items().Select(token => token.Text())];
        return tokens is [var left, var right] ? (left, right) : throw field.Wrong("is no pair of tokens");
    }
}
