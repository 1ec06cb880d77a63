using Google.Protobuf;

namespace TransferLearning.Tokenizers;

/// <summary>Types of pieces, numbered as in sentencepiece_model.proto.</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A piece of the vocabulary.</summary>
internal readonly record struct SentencePiece(string Text, float Score, PieceType Type);

/// <summary>What a SentencePiece model file holds, as far as tokenizing needs it (message ModelProto).</summary>
internal sealed record SentencePieceModel
{
    // Tokenizing and conversion try every beginning of a piece.
    private const int MaxPieceLength = 1000;

    public IReadOnlyList<SentencePiece> Pieces { get; private init; } = [];
    public bool IsBytePairEncoding { get; private init; }
    public bool ByteFallback { get; private init; }
    public byte[] CharsMap { get; private init; } = [];
    public bool AddDummyPrefix { get; private init; } = true;
    public bool RemoveExtraWhitespaces { get; private init; } = true;

    public static SentencePieceModel Read(string file)
    {
        try
        {
            var model = Read(ByteString.CopyFrom(File.ReadAllBytes(file)));
            return model.Pieces.Count > 0 ? model : throw new InvalidDataException("it holds no pieces.");
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new TokenizerFormatException($"{file} is no SentencePiece model: {e.Message} Get the file again.", e);
        }
    }

    private static SentencePieceModel Read(ByteString message)
    {
        List<SentencePiece> pieces = [];
        var model = new SentencePieceModel { Pieces = pieces };
        foreach (var (field, input) in Fields(message))
            switch (field)
            {
                case 1:
                    pieces.Add(ReadPiece(input.ReadBytes()));
                    break;
                case 2:
                    model = model.WithTrainer(input.ReadBytes());
                    break;
                case 3:
                    model = model.WithNormalizer(input.ReadBytes());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        return model;
    }

    private static SentencePiece ReadPiece(ByteString message)
    {
        var piece = new SentencePiece("", 0, PieceType.Normal);
        foreach (var (field, input) in Fields(message))
            switch (field)
            {
                case 1:
                    piece = piece with { Text = input.ReadString() };
                    if (piece.Text.Length > MaxPieceLength)
                        throw new InvalidDataException($"a piece has more than {MaxPieceLength} characters.");
                    break;
                case 2:
                    piece = piece with { Score = input.ReadFloat() };
                    if (!float.IsFinite(piece.Score)) throw new InvalidDataException("the score of a piece is no number.");
                    break;
                case 3:
                    piece = piece with { Type = (PieceType)input.ReadEnum() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        return piece;
    }

    private SentencePieceModel WithTrainer(ByteString message)
    {
        var model = this;
        foreach (var (field, input) in Fields(message))
            switch (field)
            {
                case 3:
                    var type = input.ReadEnum();
                    if (type is not (1 or 2))
                        throw new InvalidDataException($"its model type is {type}, and only Unigram (1) and BPE (2) are supported.");
                    model = model with { IsBytePairEncoding = type == 2 };
                    break;
                case 35:
                    model = model with { ByteFallback = input.ReadBool() };
                    break;
                case 24 when input.ReadBool():
                    throw new InvalidDataException("it marks the ends of words, which is not supported.");
                case 24:
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        return model;
    }

    private SentencePieceModel WithNormalizer(ByteString message)
    {
        var model = this;
        foreach (var (field, input) in Fields(message))
            switch (field)
            {
                case 2:
                    model = model with { CharsMap = input.ReadBytes().ToByteArray() };
                    break;
                case 3:
                    model = model with { AddDummyPrefix = input.ReadBool() };
                    break;
                case 4:
                    model = model with { RemoveExtraWhitespaces = input.ReadBool() };
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        return model;
    }

    private static IEnumerable<(int Field, CodedInputStream Input)> Fields(ByteString message)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag) yield return (WireFormat.GetTagFieldNumber(tag), input);
    }
}
