using static TorchSharp.torch;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>x = y, bool; broadcast.</summary>
    public static Tensor Equal(Tensor x, Tensor y) => Recorded(x.eq(y), (x, y));

    /// <summary>x = number, bool.</summary>
    public static Tensor EqualTo(Tensor x, double number) => Recorded(x.eq(Number(number)), (x, number));

    /// <summary>x ≤ number, bool.</summary>
    public static Tensor AtMost(Tensor x, double number) => Recorded(x.le(Number(number)), (x, number));

    /// <summary>x &lt; y, bool; broadcast.</summary>
    public static Tensor Less(Tensor x, Tensor y) => Recorded(x.lt(y), (x, y));

    /// <summary>x ≤ y, bool; broadcast.</summary>
    public static Tensor LessOrEqual(Tensor x, Tensor y) => Recorded(x.le(y), (x, y));

    /// <summary>x &gt; y, bool; broadcast.</summary>
    public static Tensor Greater(Tensor x, Tensor y) => Recorded(x.gt(y), (x, y));

    /// <summary>Whether both hold, bool; broadcast.</summary>
    public static Tensor LogicalAnd(Tensor x, Tensor y) => Recorded(x.logical_and(y), (x, y));

    /// <summary>Whether one holds or both, bool; broadcast.</summary>
    public static Tensor LogicalOr(Tensor x, Tensor y) => Recorded(x.logical_or(y), (x, y));

    /// <summary>Whether it does not hold, bool.</summary>
    public static Tensor LogicalNot(Tensor x) => Recorded(x.logical_not(), x);

    /// <summary>x where the condition (bool) holds, else y; broadcast.</summary>
    public static Tensor Where(Tensor condition, Tensor x, Tensor y) => Recorded(where(condition, x, y), (condition, x, y));

    /// <summary>A number where the mask (bool) holds, else x.</summary>
    public static Tensor MaskedFill(Tensor x, Tensor mask, double number) => Recorded(x.masked_fill(mask, Number(number)), (x, mask, number));
}
