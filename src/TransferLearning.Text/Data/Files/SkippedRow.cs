namespace TransferLearning.Text;

/// <summary>A row that was left out of a data set.</summary>
/// <param name="Place">File and row.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record SkippedRow(string Place, string Reason);
