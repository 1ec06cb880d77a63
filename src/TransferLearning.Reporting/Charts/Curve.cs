namespace TransferLearning.Reporting;

/// <summary>A line of a chart: a number for each epoch that has one.</summary>
internal sealed record Curve(string Name, IReadOnlyList<(int Epoch, double Value)> Points);
