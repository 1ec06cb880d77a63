namespace TransferLearning;

/// <summary>
/// The symmetric beta distribution, of two gamma variates (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).
/// </summary>
public static class BetaDistribution
{
    /// <summary>A number in [0, 1] of Beta(alpha, alpha).</summary>
    /// <param name="alpha">Shape, above 0: below 1 the ends are likelier, above it the middle.</param>
    /// <param name="source">Where it is drawn from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape is not above 0 and finite.</exception>
    public static double Draw(double alpha, RandomSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!(alpha > 0 && double.IsFinite(alpha))) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Alpha is above 0.");
        var random = new SplitMix64(source.NextUInt64());
        var (a, b) = (LogGamma(alpha, ref random), LogGamma(alpha, ref random));
        return 1 / (1 + Math.Exp(b - a));
    }

    /// <summary>The logarithm of a gamma variate: of a small shape it would be 0 itself.</summary>
    private static double LogGamma(double shape, ref SplitMix64 random)
    {
        if (shape < 1) return LogGamma(shape + 1, ref random) + Math.Log(1 - random.NextDouble()) / shape;
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var cube = Math.Pow(1 + c * normal, 3);
            if (cube > 0 && Math.Log(1 - random.NextDouble()) < normal * normal / 2 + d - d * cube + d * Math.Log(cube))
                return Math.Log(d * cube);
        }
    }
}
