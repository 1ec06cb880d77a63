namespace TransferLearning.Tokenizers;

/// <summary>The side of a sequence of tokens where it is cut or padded.</summary>
public enum TextSide
{
    /// <summary>The end; what nearly all encoders want.</summary>
    Right,

    /// <summary>The beginning; what text generation wants for padding.</summary>
    Left,
}
