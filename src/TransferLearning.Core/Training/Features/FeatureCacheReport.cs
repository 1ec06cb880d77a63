namespace TransferLearning;

/// <summary>What was computed once instead of in every epoch.</summary>
/// <param name="Data">Which data set: <c>"training"</c> or <c>"validation"</c>.</param>
/// <param name="Stage">Whose output is kept: a layer group, or <c>"pooled features"</c>.</param>
/// <param name="Examples">Number of examples kept; 0 where they did not fit or cannot be kept (long texts in windows, padding on the left),
/// so that every epoch computes them anew.</param>
/// <param name="Bytes">Memory that they take, or would take.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record FeatureCacheReport(string Data, string Stage, int Examples, long Bytes, double Seconds);
