using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>Pads windows of tokens into tensors.</summary>
internal static class TokenBatch
{
    /// <summary>
    /// Ids <c>[N, T]</c> int64, with a mask where some are padding and segments where there are pairs; <c>[N, W, T]</c> where a text
    /// has several windows. The caller owns the tensors.
    /// </summary>
    public static TensorSet Of(IReadOnlyList<TokenWindow[]> texts, TextSpec spec)
    {
        var width = texts.Max(windows => windows.Length);
        var length = texts.Max(windows => windows.Max(window => window.Ids.Length));
        long[] shape = width == 1 ? [texts.Count, length] : [texts.Count, width, length];

        var (ids, mask) = (new long[texts.Count * width * length], new bool[texts.Count * width * length]);
        Array.Fill(ids, spec.Tokenizer.PaddingId ?? 0);
        var segments = texts.Any(windows => windows[0].Segments is not null) ? new long[ids.Length] : null;
        for (var i = 0; i < texts.Count; i++)
            for (var w = 0; w < texts[i].Length; w++)
            {
                var window = texts[i][w];
                var start = (i * width + w) * length + (spec.PaddingSide == TextSide.Left ? length - window.Ids.Length : 0);
                for (var t = 0; t < window.Ids.Length; t++)
                {
                    (ids[start + t], mask[start + t]) = (window.Ids[t], true);
                    if (segments is not null && window.Segments is { } parts) segments[start + t] = parts[t];
                }
            }
        return new TensorSet(
            tensor(ids, shape, int64),
            mask.Contains(false) ? tensor(mask, shape, @bool) : null)
            .With(TensorNames.Segments, segments is null ? null : tensor(segments, shape, int64));
    }
}
