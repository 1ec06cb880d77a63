namespace TransferLearning.Vision;

/// <summary>Pillow's mixture of two images, from which it makes brightness, contrast, saturation and sharpness.</summary>
internal static class Blend
{
    /// <summary>The first byte at 0, the second at 1, and beyond; float32, truncated.</summary>
    public static byte Mix(int first, int second, float factor)
    {
        var value = first + factor * (second - first);
        return value <= 0 ? (byte)0 : value >= 255 ? (byte)255 : (byte)value;
    }
}
