namespace TransferLearning.Vision;

/// <summary>One labelled image of a data set.</summary>
/// <param name="Name">What it is, for reports: a path, or its place in memory.</param>
/// <param name="Label">Class index.</param>
/// <param name="Open">Gives the image; called on several threads at a time.</param>
internal sealed record ImageExample(string Name, int Label, Func<RgbImage> Open);
