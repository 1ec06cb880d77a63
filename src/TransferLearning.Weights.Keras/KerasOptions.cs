namespace TransferLearning.Weights.Keras;

/// <summary>What has to be known of a network to bring its weights to torch, and which a file of weights does not say.</summary>
public sealed record KerasOptions
{
    /// <summary>
    /// Dense layers after a Flatten, by name, with rows and columns of the map that is flattened. Keras flattens it row by row, torch channel
    /// by channel, so the layer's inputs are put into that order. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, (int Rows, int Columns)> Flattened { get; init; } = new Dictionary<string, (int, int)>();

    /// <summary>
    /// Convolutions, by name, that were trained on images of blue, green, red: they are turned to red, green, blue. Default: none.
    /// </summary>
    public IReadOnlyList<string> BlueFirst { get; init; } = [];
}
