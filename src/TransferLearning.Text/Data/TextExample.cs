namespace TransferLearning.Text;

/// <summary>One labelled text of a data set.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text where texts come in pairs, else null.</param>
/// <param name="Label">Class index.</param>
internal sealed record TextExample(string Text, string? Pair, int Label);
