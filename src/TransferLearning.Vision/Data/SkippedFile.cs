namespace TransferLearning.Vision;

/// <summary>Something in a folder that did not become part of the data set.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Reason">Why it was left out, as a sentence.</param>
public sealed record SkippedFile(string Path, string Reason);
