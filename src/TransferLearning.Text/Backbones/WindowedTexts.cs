using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Long texts in windows, <c>[N, W, T]</c>: for the layers each window is a text, <c>[N W, T]</c>; pooling joins them again.
/// </summary>
internal static class WindowedTexts
{
    /// <summary>The layer group, which takes windows as well.</summary>
    public static LayerGroup Wrap(LayerGroup group) => group with
    {
        Forward = input =>
        {
            if (!HasWindows(input.Values)) return group.Forward(input);
            var output = group.Forward(input.Map(tensor => tensor.flatten(0, 1))).Values;
            return new TensorSet(output.unflatten(0, input.Values.shape[..2]), input.Mask);
        },
    };

    /// <summary>
    /// One vector a text, <c>[N, D]</c>: the mean of those of its windows. The result belongs to the current dispose scope.
    /// </summary>
    public static Tensor Pool(TensorSet hidden, TextPooling pooling)
    {
        if (!HasWindows(hidden.Values)) return pooling.Pool(hidden);
        using var scope = NewDisposeScope();
        var windows = pooling.Pool(hidden.Map(tensor => tensor.flatten(0, 1))).unflatten(0, hidden.Values.shape[..2]);
        // A text with fewer windows than the longest has none but padding in the others.
        return Pooling.Mean(new TensorSet(windows, hidden.Mask?.any(2))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The tokens of each text, <c>[N, T, D]</c>: those of its windows one after the other. The result belongs to the current dispose
    /// scope.
    /// </summary>
    public static TensorSet Positions(TensorSet hidden) => HasWindows(hidden.Values) ? hidden.Map(tensor => tensor.flatten(1, 2)) : hidden;

    private static bool HasWindows(Tensor values) => values.dim() > (values.dtype == ScalarType.Int64 ? 2 : 3);
}
