namespace TransferLearning;

/// <summary>A weight file is not what it claims to be, or asks for something that is never done. Nothing in it was executed.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong and what to do, as sentences that follow the file's name.</param>
/// <param name="inner">What was caught; null where there is none.</param>
public sealed class WeightFormatException(string path, string problem, Exception? inner = null) : Exception($"'{path}' {problem}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
