namespace TransferLearning.Weights.Keras;

/// <summary>A weight of a layer as torch has it.</summary>
/// <param name="Name">With the layer's: <c>conv2d.weight</c>.</param>
/// <param name="Array">Where its values are.</param>
/// <param name="Turn">How they come to torch's order.</param>
internal sealed record TorchWeight(string Name, HdfArray Array, Turn Turn)
{
    private static readonly string[] Recurrent = ["recurrent_kernel", "U", "U_i"];

    /// <summary>
    /// The weights of a layer. Those of a kind that is not known, and of recurrent layers and attention, keep name and order:
    /// <c>lstm.recurrent_kernel</c>.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="isOfTheano">Whether convolutions were trained with Theano.</param>
    /// <param name="options">What the file does not say.</param>
    /// <exception cref="FormatException">A kernel has a form that its layer cannot have.</exception>
    public static IEnumerable<TorchWeight> Of(KerasLayer layer, bool isOfTheano, KerasOptions options)
    {
        var isKept = Recurrent.Any(name => layer[name] is not null)
            || layer.Name.Contains("attention", StringComparison.Ordinal) || layer.Config?.Class == "EinsumDense";
        foreach (var (name, array) in layer.Weights)
        {
            var (torch, turn) = isKept ? (name, Turn.None) : (name, array.Shape.Length) switch
            {
                // Keras 3 calls it a kernel too.
                ("kernel", >= 3) when layer.Config?.Class.StartsWith("DepthwiseConv", StringComparison.Ordinal) == true => ("weight", Turn.Depthwise),
                ("depthwise_kernel", >= 3) => (layer["pointwise_kernel"] is null ? "weight" : "depthwise.weight", Turn.Depthwise),
                ("kernel" or "W", >= 2) => ("weight", KernelOf(layer, array, isOfTheano, options)),
                ("pointwise_kernel", >= 3) => ("pointwise.weight", Turn.Kernel),
                ("bias" or "b" or "beta", 1) => ("bias", Turn.None),
                ("gamma", 1) => ("weight", Turn.None),
                ("embeddings", 2) => ("weight", Turn.None),
                ("moving_mean" or "running_mean", 1) => ("running_mean", Turn.None),
                // Keras 1 calls the variance std.
                ("moving_variance" or "running_std" or "running_var", 1) => ("running_var", Turn.None),
                _ => (name, Turn.None),
            };
            yield return new($"{layer.Name}.{torch}", array, turn);
        }
    }

    private static Turn KernelOf(KerasLayer layer, HdfArray kernel, bool isOfTheano, KerasOptions options)
    {
        if (layer.Config?.Class == "Embedding") return Turn.None;
        if (options.Flattened.TryGetValue(layer.Name, out var map))
            return kernel.Shape is [> 0 and var inputs, > 0] && inputs % ((long)map.Rows * map.Columns) == 0
                ? Turn.Flattened(map.Rows, map.Columns)
                : throw new FormatException(
                    $"'{kernel.Path}' is no kernel of a dense layer that reads a map of {map.Rows} x {map.Columns}, as KerasOptions.Flattened says");
        var turn = IsTurned(layer, kernel) ? Turn.None : Turn.Kernel;
        if (isOfTheano && kernel.Shape.Length > 2) turn = turn.ThenRotate();
        if (layer.Config?.Class == "Convolution1D" && kernel.Shape.Length == 4) turn = turn.ThenSqueeze();
        return options.BlueFirst.Contains(layer.Name) ? turn.ThenReverseInputs() : turn;
    }

    /// <summary>Keras 1 could keep kernels in torch's order. Where the model does not say so, the length of the bias does.</summary>
    private static bool IsTurned(KerasLayer layer, HdfArray kernel) =>
        kernel.Shape.Length > 2 && layer["W"] is not null
        && (layer.Config?.IsTheanoOrder
            ?? layer["b"]?.Shape is [var outputs] && kernel.Shape[0] == outputs && kernel.Shape[^1] != outputs);
}
