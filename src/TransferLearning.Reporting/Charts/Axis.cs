namespace TransferLearning.Reporting;

/// <summary>Numbers as places on a line of some pixels, with round numbers to write at it.</summary>
internal sealed record Axis(double Least, double Most, double From, double To)
{
    private const int Steps = 5;

    /// <summary>Steps of 1, 2 or 5 times a power of ten.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            var rough = (Most - Least) / Steps;
            var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
            for (var tick = Math.Ceiling(Least / step); tick * step <= Most + step * 1e-9; tick++) yield return tick * step;
        }
    }

    public double this[double value] => From + (value - Least) / (Most - Least) * (To - From);

    /// <summary>An axis on which all values have their place.</summary>
    public static Axis Around(IReadOnlyCollection<double> values, double from, double to)
    {
        var (least, most) = (values.Min(), values.Max());
        var margin = most > least ? (most - least) * 0.05 : Math.Max(Math.Abs(most) * 0.05, 0.05);
        return new(least - margin, most + margin, from, to);
    }
}
