using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Long texts in windows, <c>[N, W, T]</c>: for the layers each window is a text, <c>[N W, T]</c>; pooling joins them again.</summary>
internal static class WindowedTexts
{
    /// <summary>The layer group, which takes windows as well.</summary>
    public static LayerGroup Wrap(LayerGroup group) => group with
    {
        Forward = input =>
        {
            if (!HasWindows(input.Values)) return group.Forward(input);
            var flat = new TensorSet(input.Values.flatten(0, 1), input.Mask?.flatten(0, 1)).With(TensorNames.Segments, input.Find(TensorNames.Segments)?.flatten(0, 1));
            var output = group.Forward(flat).Values;
            return new TensorSet(output.unflatten(0, input.Values.shape[..2]), input.Mask);
        },
    };

    /// <summary>One vector a text, and the vectors of all its tokens. The result belongs to the current dispose scope.</summary>
    public static Features Pool(TensorSet hidden, TextPooling pooling)
    {
        if (!HasWindows(hidden.Values)) return new Features(pooling.Pool(hidden.Values, hidden.Mask), hidden.Values, hidden.Mask);
        var windows = pooling.Pool(hidden.Values.flatten(0, 1), hidden.Mask?.flatten(0, 1)).unflatten(0, hidden.Values.shape[..2]);
        // A text with fewer windows than the longest has none but padding in the others.
        var pooled = Features.Average(new TensorSet(windows, hidden.Mask?.any(2))).Pooled;
        return new Features(pooled, hidden.Values.flatten(1, 2), hidden.Mask?.flatten(1, 2));
    }

    private static bool HasWindows(Tensor values) => values.dim() > (values.dtype == ScalarType.Int64 ? 2 : 3);
}
