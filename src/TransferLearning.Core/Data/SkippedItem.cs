namespace TransferLearning;

/// <summary>Something that was found and did not become part of a data set.</summary>
/// <param name="Place">The file or folder, or the row of a file.</param>
/// <param name="Reason">Why it was left out, as a sentence.</param>
public sealed record SkippedItem(string Place, string Reason);
