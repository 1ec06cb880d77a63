namespace TransferLearning;

/// <summary>
/// The usual names in a <see cref="TensorSet"/>. The mask of a tensor <c>"x"</c> is <c>"xMask"</c>, but for that of the values. What is
/// padded has a mask of its own: where features are kept, each example is, without its padding.
/// </summary>
public static class TensorNames
{
    /// <summary>Pixels, token ids, samples, features; logits of an output; classes or numbers of a target.</summary>
    public const string Values = "values";

    /// <summary><c>[N, T]</c> bool: which values are real and no padding.</summary>
    public const string Mask = "mask";

    /// <summary><c>[N, T]</c> int64: which part of a pair each token belongs to (token types).</summary>
    public const string Segments = "segments";

    /// <summary><c>[N, S]</c> int64: the tokens that a decoder has read so far.</summary>
    public const string DecoderIds = "decoderIds";

    /// <summary><c>[N, T, D]</c>: what an encoder made of the input, for a decoder to look at.</summary>
    public const string Context = "context";

    /// <summary>
    /// <c>[N]</c> int64: how many positions of each example are real, where a mask would say too little (frames of an output, symbols of a
    /// target).
    /// </summary>
    public const string Lengths = "lengths";

    /// <summary><c>[N]</c> float32, in a target: how much each example counts, 0 or more.</summary>
    public const string Weights = "weights";

    /// <summary>The name of the mask of a tensor.</summary>
    public static string MaskOf(string name) => name == Values ? Mask : name + "Mask";
}
