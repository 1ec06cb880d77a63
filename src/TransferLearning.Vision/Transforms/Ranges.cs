namespace TransferLearning.Vision;

/// <summary>What the options of images and augmentations may be; each check gives the value or says what is wrong.</summary>
internal static class Ranges
{
    /// <summary>Most steps of a magnitude.</summary>
    public const int MaxBins = 1000;

    public static double Probability(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A probability lies between 0 and 1.");

    /// <summary>At least 0 and at most a limit, which is finite.</summary>
    public static double UpTo(double value, double limit, string name) =>
        value >= 0 && value <= limit
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} lies between 0 and {limit}."));

    /// <summary>Above 0 and finite.</summary>
    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is above 0 and finite.");

    /// <summary>An odd number of pixels, 1 to 255.</summary>
    public static int Odd(int value, string name) =>
        value is >= 1 and <= 255 && value % 2 == 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is odd, 1 to 255.");

    /// <summary>One of the values that there are.</summary>
    public static T Defined<T>(T value, string name) where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, "There is no such value.");

    /// <summary>A number of steps of a magnitude.</summary>
    public static int Bins(int value, string name) =>
        value is >= 2 and <= MaxBins ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} lies between 2 and {MaxBins}.");
}
