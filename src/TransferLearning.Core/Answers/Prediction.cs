namespace TransferLearning;

/// <summary>An answer of a classifier.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">How likely the model holds it, 0 to 1.</param>
public sealed record Prediction(string Label, double Probability);
