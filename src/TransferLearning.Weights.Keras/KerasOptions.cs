namespace TransferLearning.Weights.Keras;

/// <summary>What has to be known of a network to bring its weights to torch, and which a file of weights does not say.</summary>
public sealed record KerasOptions
{
    /// <summary>
    /// Dense layers after a Flatten, by name, with rows and columns of the map that is flattened. Keras flattens it row by row, torch channel
    /// by channel, so the layer's inputs are put into that order. Default: none.
    /// </summary>
    /// <exception cref="ArgumentException">Rows or columns are not above 0.</exception>
    public IReadOnlyDictionary<string, (int Rows, int Columns)> Flattened
    {
        get;
        init => field = value is null ? throw new ArgumentNullException(nameof(Flattened))
            : value.Values.All(map => map is { Rows: > 0, Columns: > 0 }) ? value
            : throw new ArgumentException("A map that is flattened has rows and columns.", nameof(Flattened));
    } = new Dictionary<string, (int, int)>();

    /// <summary>
    /// Convolutions, by name, that were trained on images of blue, green, red: they are turned to red, green, blue. Default: none.
    /// </summary>
    public IReadOnlyList<string> BlueFirst
    {
        get;
        init => field = value is null ? throw new ArgumentNullException(nameof(BlueFirst))
            : !value.Contains(null!) ? value : throw new ArgumentException("A layer has a name.", nameof(BlueFirst));
    } = [];
}
