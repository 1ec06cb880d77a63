namespace TransferLearning.Vision;

/// <summary>How networks that are scaled round their widths.</summary>
internal static class Divisible
{
    /// <summary>The nearest multiple of 8 that is at least 90 % of the width, and at least 8.</summary>
    public static int By8(double width)
    {
        var rounded = Math.Max(8, (int)(width + 4) / 8 * 8);
        return rounded < 0.9 * width ? rounded + 8 : rounded;
    }
}
