namespace TransferLearning.Text;

/// <summary>Finds the files of a tokenizer and reads them, converting where they are older than tokenizer.json.</summary>
internal static class TokenizerFiles
{
    private static readonly string[] SentencePieceNames = ["spiece.model", "sentencepiece.bpe.model", "spm.model", "tokenizer.model"];

    public static Tokenizer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = Directory.Exists(path) ? Find(path) : path;
        return TokenizerReader.Read(ReadDocument(file), file);
    }

    private static string Find(string folder)
    {
        string[] candidates = ["tokenizer.json", "vocab.txt", "vocab.json", .. SentencePieceNames];
        return candidates.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new TokenizerFormatException($"'{folder}' holds no tokenizer. It should have one of {string.Join(", ", candidates)}.");
    }

    private static byte[] ReadDocument(string file)
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
