using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>x + y; broadcast.</summary>
    public static Tensor Add(Tensor x, Tensor y) => Recorded(x.add(y), (x, y));

    /// <summary>x - y; broadcast.</summary>
    public static Tensor Subtract(Tensor x, Tensor y) => Recorded(x.sub(y), (x, y));

    /// <summary>x y, value by value; broadcast.</summary>
    public static Tensor Multiply(Tensor x, Tensor y) => Recorded(x.mul(y), (x, y));

    /// <summary>x / y, value by value; broadcast.</summary>
    public static Tensor Divide(Tensor x, Tensor y) => Recorded(x.div(y), (x, y));

    /// <summary>x times a number.</summary>
    public static Tensor Scale(Tensor x, double factor) => Recorded(x.mul(Number(factor)), (x, factor));

    /// <summary>x plus a number.</summary>
    public static Tensor Shift(Tensor x, double amount) => Recorded(x.add(Number(amount)), (x, amount));

    /// <summary>x to the power of a number.</summary>
    public static Tensor Power(Tensor x, double exponent) => Recorded(x.pow(exponent), (x, exponent));

    /// <summary>-x.</summary>
    public static Tensor Negate(Tensor x) => Recorded(x.neg(), x);

    /// <summary>|x|.</summary>
    public static Tensor Abs(Tensor x) => Recorded(x.abs(), x);

    /// <summary>The square root.</summary>
    public static Tensor Sqrt(Tensor x) => Recorded(x.sqrt(), x);

    /// <summary>The sine.</summary>
    public static Tensor Sin(Tensor x) => Recorded(x.sin(), x);

    /// <summary>The cosine.</summary>
    public static Tensor Cos(Tensor x) => Recorded(x.cos(), x);

    /// <summary>min(max(x, lowest), highest); null: no such bound.</summary>
    public static Tensor Clamp(Tensor x, double? lowest = null, double? highest = null) =>
        Recorded(x.clamp(lowest is { } low ? Number(low) : null, highest is { } high ? Number(high) : null), (x, lowest, highest));

    /// <summary>The mean over some dimensions.</summary>
    public static Tensor Mean(Tensor x, long[] dimensions, bool keep = false) => Recorded(x.mean(dimensions, keep), (x, dimensions, keep));

    /// <summary>The sum over some dimensions.</summary>
    public static Tensor Sum(Tensor x, long[] dimensions, bool keep = false) => Recorded(x.sum(dimensions, keep), (x, dimensions, keep));

    /// <summary>The largest value over some dimensions.</summary>
    public static Tensor Max(Tensor x, long[] dimensions, bool keep = false) => Recorded(x.amax(dimensions, keep), (x, dimensions, keep));

    /// <summary>The index of the largest value along a dimension, int64.</summary>
    public static Tensor ArgMax(Tensor x, long dimension) => Recorded(x.argmax(dimension), (x, dimension));

    /// <summary>The sums of the values up to each along a dimension. Of integers and bool: int64.</summary>
    public static Tensor CumulativeSum(Tensor x, long dimension) => Recorded(x.cumsum(dimension), (x, dimension));

    /// <summary>The values in another type.</summary>
    public static Tensor Cast(Tensor x, ScalarType type) => Recorded(x.to_type(type), (x, type));

    /// <summary>A whole number as such, so that integers stay integers.</summary>
    private static Scalar Number(double number) => number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? (Scalar)(long)number : (Scalar)number;
}
