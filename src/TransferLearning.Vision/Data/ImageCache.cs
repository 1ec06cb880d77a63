namespace TransferLearning.Vision;

/// <summary>
/// Decoded images that are kept while they fit, each from the second time on that it is asked for: what is needed once takes no memory.
/// Thread-safe; two threads that ask for the same image at a time may both decode it.
/// </summary>
internal sealed class ImageCache(int count, long limit)
{
    private readonly RgbImage?[] _images = new RgbImage?[count];
    private readonly bool[] _asked = new bool[count];
    private long _free = limit;

    /// <summary>The image at that position, kept or from <paramref name="open"/>.</summary>
    public RgbImage Get(int index, Func<RgbImage> open)
    {
        if (_images[index] is { } kept) return kept;
        var image = open();
        if (_asked[index] && Take(image.Pixels.Length)) _images[index] = image;
        _asked[index] = true;
        return image;
    }

    private bool Take(long bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0) return true;
        Interlocked.Add(ref _free, bytes);
        return false;
    }
}
