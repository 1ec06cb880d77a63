namespace TransferLearning.Tokenizers;

/// <summary>Finds the file of a tokenizer, and converts it where it is older than tokenizer.json.</summary>
internal static class TokenizerFiles
{
    private static readonly string[] SentencePieceNames = ["spiece.model", "sentencepiece.bpe.model", "spm.model", "tokenizer.model"];

    /// <summary>The file itself, or the first that a folder holds.</summary>
    public static string Find(string path)
    {
        if (!Directory.Exists(path)) return path;

        string[] candidates = ["tokenizer.json", "vocab.txt", "vocab.json", .. SentencePieceNames];
        return candidates.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            ?? throw new TokenizerFormatException($"'{path}' holds no tokenizer. It should have one of {string.Join(", ", candidates)}.");
    }

    /// <summary>What the file says, as a tokenizer.json.</summary>
    public static byte[] ReadDocument(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return (Path.GetFileName(file), Path.GetExtension(file)) switch
        {
            ("vocab.json" or "merges.txt", _) => BytePairFiles.Convert(folder, TokenizerSettings.Read(folder)),
            (_, ".txt") => BertVocabulary.Convert(file, TokenizerSettings.Read(folder)),
            (_, ".model") => SentencePieceFile.Convert(file, TokenizerSettings.Read(folder)),
            (_, ".json") => File.ReadAllBytes(file),
            _ => throw new TokenizerFormatException(
                $"'{file}' is no tokenizer file by its name. Give a tokenizer.json, a vocab.txt, a vocab.json or a SentencePiece .model."),
        };
    }
}
