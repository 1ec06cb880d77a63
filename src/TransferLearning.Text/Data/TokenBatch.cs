using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Pads windows of tokens into tensors.</summary>
internal static class TokenBatch
{
    /// <summary>
    /// Ids <c>[N, T]</c> int64, with a mask where some are padding and segments where there are pairs; <c>[N, W, T]</c>, always with
    /// a mask, where a text has several windows. The caller owns the tensors.
    /// </summary>
    public static TensorSet Of(IReadOnlyList<TokenWindow[]> texts, TextSpec spec)
    {
        var width = texts.Max(windows => windows.Length);
        var length = texts.Max(windows => windows.Max(window => window.Ids.Length));
        long[] shape = width == 1 ? [texts.Count, length] : [texts.Count, width, length];
        var padding = spec.Tokenizer.PaddingId ?? 0;

        var (ids, mask) = (new long[texts.Count * width * length], new bool[texts.Count * width * length]);
        Array.Fill(ids, padding);
        var segments = texts.Any(windows => windows[0].Segments is not null) ? new long[ids.Length] : null;
        for (var i = 0; i < texts.Count; i++)
            for (var w = 0; w < texts[i].Length; w++)
            {
                var window = texts[i][w];
                var start = (i * width + w) * length + window.StartIn(length, spec.PaddingSide);
                for (var t = 0; t < window.Ids.Length; t++)
                {
                    (ids[start + t], mask[start + t]) = (window.Ids[t], true);
                    if (segments is not null && window.Segments is { } parts) segments[start + t] = parts[t];
                }
            }
        var isPadded = width > 1 || mask.Contains(false);
        var batch = new TensorSet(
            tensor(ids, shape, int64).DetachFromDisposeScope(),
            isPadded ? tensor(mask, shape, @bool).DetachFromDisposeScope() : null).WithPadding(padding);
        if (segments is null) return batch;
        // A mask of their own, so that they are kept and cut as the ids are.
        return batch.With(TensorNames.Segments, tensor(segments, shape, int64).DetachFromDisposeScope())
            .With(TensorNames.MaskOf(TensorNames.Segments), batch.Mask?.alias().DetachFromDisposeScope());
    }
}
