namespace TransferLearning.Vision;

/// <summary>
/// An axis resized to <paramref name="Size"/> pixels, of which <paramref name="Count"/> from <paramref name="Start"/> on are wanted.
/// </summary>
internal readonly record struct ResizedAxis(long Size, long Start, int Count)
{
    public static ResizedAxis Whole(int size) => new(size, 0, size);
}

/// <summary>
/// For each wanted pixel of a resized axis: which source pixels it is made of, and their weights with 22 fractional bits.
/// The arithmetic is that of Pillow's Resample.c.
/// </summary>
internal sealed class ResampleWeights
{
    public const int FractionBits = 22;

    private readonly int[] _first, _count, _weights;
    private readonly int _stride;

    public ResampleWeights(int sourceSize, ResizedAxis axis, Interpolation interpolation)
    {
        var (baseSupport, kernel) = Filter(interpolation);
        var scale = (double)sourceSize / axis.Size;
        var stretch = Math.Max(scale, 1);
        var support = baseSupport * stretch;
        var inverse = 1 / stretch;

        _stride = (int)Math.Ceiling(support) * 2 + 1;
        (_first, _count, _weights) = (new int[axis.Count], new int[axis.Count], new int[checked(axis.Count * _stride)]);
        var exact = new double[_stride];
        for (var pixel = 0; pixel < axis.Count; pixel++)
        {
            var centre = (axis.Start + pixel + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), sourceSize) - first;

            var total = 0.0;
            for (var i = 0; i < count; i++) total += exact[i] = kernel((first + i - centre + 0.5) * inverse);
            for (var i = 0; i < count; i++) _weights[pixel * _stride + i] = FixedPoint(total == 0 ? exact[i] : exact[i] / total);
            (_first[pixel], _count[pixel]) = (first, count);
        }
    }

    /// <summary>Number of wanted pixels.</summary>
    public int Count => _first.Length;

    /// <summary>First source pixel that is needed.</summary>
    public int Start => _first[0];

    /// <summary>Number of source pixels from <see cref="Start"/> on that are needed.</summary>
    public int Length => _first[^1] + _count[^1] - Start;

    /// <summary>First source pixel, counted from <see cref="Start"/>, of a wanted pixel.</summary>
    public int First(int pixel) => _first[pixel] - Start;

    /// <summary>Weights of the source pixels from <see cref="First"/> on; their sum is about 2^22.</summary>
    public ReadOnlySpan<int> Of(int pixel) => _weights.AsSpan(pixel * _stride, _count[pixel]);

    private static int FixedPoint(double weight) => (int)(weight * (1 << FractionBits) + (weight < 0 ? -0.5 : 0.5));

    private static (double Support, Func<double, double> Kernel) Filter(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Box => (0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0),
        Interpolation.Bilinear => (1, x => Math.Max(0, 1 - Math.Abs(x))),
        Interpolation.Hamming => (1, Hamming),
        Interpolation.Bicubic => (2, Bicubic),
        Interpolation.Lanczos => (3, x => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0),
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "There is no such filter."),
    };

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);

    // The two constants are float32 in Pillow.
    private static double Hamming(double x) => Math.Abs(x) < 1 ? Sinc(Math.Abs(x)) * (0.54f + 0.46f * Math.Cos(Math.Abs(x) * Math.PI)) : 0;

    private static double Bicubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1
            : x < 2 ? (((x - 5) * x + 8) * x - 4) * a
            : 0;
    }
}
