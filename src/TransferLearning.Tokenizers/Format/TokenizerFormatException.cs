namespace TransferLearning.Tokenizers;

/// <summary>
/// A tokenizer file is broken or asks for something that is not supported. The message names the file and the field and says what to do.
/// </summary>
public sealed class TokenizerFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TokenizerFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
