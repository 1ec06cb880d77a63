namespace TransferLearning.Vision;

/// <summary>
/// A file is not a readable image: unknown format, truncated, damaged or too large. The message names it and says what to do.
/// </summary>
public sealed class ImageFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ImageFormatException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
