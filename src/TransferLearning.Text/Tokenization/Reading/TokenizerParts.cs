namespace TransferLearning.Text;

/// <summary>What a tokenizer.json describes.</summary>
internal sealed record TokenizerParts(
    INormalizer? Normalizer,
    IPreTokenizer? PreTokenizer,
    ITokenModel Model,
    PostProcessor PostProcessor,
    IDecoder? Decoder,
    IReadOnlyList<AddedToken> AddedTokens,
    int? PaddingId,
    TextSide PaddingSide,
    TextSide TruncationSide,
    int? MaxLength);
