namespace TransferLearning.Text;

/// <summary>One labelled text of a data set.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text where texts come in pairs, else null.</param>
/// <param name="Label">Class index; means nothing where there are targets.</param>
/// <param name="Targets">A number for each label or value; null where an example has one class.</param>
internal sealed record TextExample(string Text, string? Pair, int Label, float[]? Targets = null);
