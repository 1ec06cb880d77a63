using TransferLearning.Vision;

namespace TransferLearning.Weights.Keras;

/// <summary>An application of Keras that is a network of this library.</summary>
/// <param name="Id">The network's name here.</param>
/// <param name="Options">What its files do not say.</param>
/// <param name="Renames">How the names of its layers become those of the network.</param>
/// <param name="Input">How its weights want images.</param>
internal sealed record KerasNetwork(string Id, KerasOptions Options, IReadOnlyList<NameRule> Renames, ImageSpec Input)
{
    private const string Rule = "names of Keras";

    /// <param name="id">The network's name.</param>
    /// <param name="depths">Convolutions of each block, which a pooling ends.</param>
    public static KerasNetwork Vgg(string id, int[] depths)
    {
        List<NameRule> renames = [];
        var next = 0;
        foreach (var (block, depth) in depths.Index())
        {
            // Each convolution is followed by its activation, each block by its pooling.
            for (var i = 1; i <= depth; i++, next += 2) renames.Add(new(Rule, $@"^block{block + 1}_conv{i}\.", $"features.{next}."));
            next++;
        }
        renames.AddRange(
            [new(Rule, @"^fc1\.", "classifier.0."), new(Rule, @"^fc2\.", "classifier.3."), new(Rule, @"^predictions\.", "classifier.6.")]);
        var options = new KerasOptions { Flattened = new Dictionary<string, (int, int)> { ["fc1"] = (7, 7) }, BlueFirst = ["block1_conv1"] };
        return new(id, options, renames, new ImageSpec
        {
            Interpolation = Interpolation.Bilinear,
            Mean = [123.68f / 255, 116.779f / 255, 103.939f / 255],
            Std = [1f / 255, 1f / 255, 1f / 255],
        });
    }
}
