namespace TransferLearning.Weights.Keras;

/// <summary>A layer's weights, under the names that Keras gives them within it: <c>kernel</c>, <c>bias</c>.</summary>
/// <param name="Name">The layer's name, after those of the models that it lies in: <c>encoder.conv2d_3</c>.</param>
/// <param name="Config">What the model says of it; null where the file holds weights alone.</param>
/// <param name="Weights">In the file's order.</param>
internal sealed record KerasLayer(string Name, LayerConfig? Config, IReadOnlyList<(string Name, HdfArray Array)> Weights)
{
    /// <summary>The weight of that name; null where the layer has none.</summary>
    public HdfArray? this[string name] => Weights.FirstOrDefault(weight => weight.Name == name).Array;
}
