using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>x + y; broadcast.</summary>
    public static Tensor Add(Tensor x, Tensor y) => Recorded(Given(x).add(Given(y)), (x, y));

    /// <summary>x - y; broadcast.</summary>
    public static Tensor Subtract(Tensor x, Tensor y) => Recorded(Given(x).sub(Given(y)), (x, y));

    /// <summary>x y, value by value; broadcast.</summary>
    public static Tensor Multiply(Tensor x, Tensor y) => Recorded(Given(x).mul(Given(y)), (x, y));

    /// <summary>x / y, value by value; broadcast.</summary>
    public static Tensor Divide(Tensor x, Tensor y) => Recorded(Given(x).div(Given(y)), (x, y));

    /// <summary>x times a number.</summary>
    public static Tensor Scale(Tensor x, double factor) => Recorded(Given(x).mul(Number(factor)), (x, factor));

    /// <summary>x plus a number.</summary>
    public static Tensor Shift(Tensor x, double amount) => Recorded(Given(x).add(Number(amount)), (x, amount));

    /// <summary>x to the power of a number.</summary>
    public static Tensor Power(Tensor x, double exponent) => Recorded(Given(x).pow(exponent), (x, exponent));

    /// <summary>-x.</summary>
    public static Tensor Negate(Tensor x) => Recorded(Given(x).neg(), x);

    /// <summary>|x|.</summary>
    public static Tensor Abs(Tensor x) => Recorded(Given(x).abs(), x);

    /// <summary>The square root.</summary>
    public static Tensor Sqrt(Tensor x) => Recorded(Given(x).sqrt(), x);

    /// <summary>The sine.</summary>
    public static Tensor Sin(Tensor x) => Recorded(Given(x).sin(), x);

    /// <summary>The cosine.</summary>
    public static Tensor Cos(Tensor x) => Recorded(Given(x).cos(), x);

    /// <summary>min(max(x, lowest), highest); null: no such bound.</summary>
    public static Tensor Clamp(Tensor x, double? lowest = null, double? highest = null) =>
        Recorded(Given(x).clamp(lowest is { } low ? Number(low) : null, highest is { } high ? Number(high) : null), (x, lowest, highest));

    /// <summary>The mean over some dimensions.</summary>
    public static Tensor Mean(Tensor x, long[] dimensions, bool keep = false) =>
        Recorded(Given(x).mean(Given(dimensions), keep), (x, dimensions, keep));

    /// <summary>The sum over some dimensions.</summary>
    public static Tensor Sum(Tensor x, long[] dimensions, bool keep = false) =>
        Recorded(Given(x).sum(Given(dimensions), keep), (x, dimensions, keep));

    /// <summary>The largest value over some dimensions.</summary>
    public static Tensor Max(Tensor x, long[] dimensions, bool keep = false) =>
        Recorded(Given(x).amax(Given(dimensions), keep), (x, dimensions, keep));

    /// <summary>The index of the largest value along a dimension, int64.</summary>
    public static Tensor ArgMax(Tensor x, long dimension) => Recorded(Given(x).argmax(dimension), (x, dimension));

    /// <summary>The sums of the values up to each along a dimension. Of integers and bool: int64.</summary>
    public static Tensor CumulativeSum(Tensor x, long dimension) => Recorded(Given(x).cumsum(dimension), (x, dimension));

    /// <summary>The values in another type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static Tensor Cast(Tensor x, ScalarType type) => Recorded(Given(x).to_type(Known(type)), (x, type));

    // Torch looks for a kernel of a type that is none without end.
    private static ScalarType Known(ScalarType type) =>
        Enum.IsDefined(type) ? type : throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type.");

    /// <summary>A whole number as such, so that integers stay integers.</summary>
    private static Scalar Number(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? (Scalar)(long)number : (Scalar)number;
}
