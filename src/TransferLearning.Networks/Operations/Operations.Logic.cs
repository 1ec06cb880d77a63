using static TorchSharp.torch;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>x = y, bool; broadcast.</summary>
    public static Tensor Equal(Tensor x, Tensor y) => Recorded(Given(x).eq(Given(y)), (x, y));

    /// <summary>x = number, bool.</summary>
    public static Tensor EqualTo(Tensor x, double number) => Recorded(Given(x).eq(Number(number)), (x, number));

    /// <summary>x ≤ number, bool.</summary>
    public static Tensor AtMost(Tensor x, double number) => Recorded(Given(x).le(Number(number)), (x, number));

    /// <summary>x &lt; y, bool; broadcast.</summary>
    public static Tensor Less(Tensor x, Tensor y) => Recorded(Given(x).lt(Given(y)), (x, y));

    /// <summary>x ≤ y, bool; broadcast.</summary>
    public static Tensor LessOrEqual(Tensor x, Tensor y) => Recorded(Given(x).le(Given(y)), (x, y));

    /// <summary>x &gt; y, bool; broadcast.</summary>
    public static Tensor Greater(Tensor x, Tensor y) => Recorded(Given(x).gt(Given(y)), (x, y));

    /// <summary>Whether both hold, bool; broadcast.</summary>
    public static Tensor LogicalAnd(Tensor x, Tensor y) => Recorded(Given(x).logical_and(Given(y)), (x, y));

    /// <summary>Whether one holds or both, bool; broadcast.</summary>
    public static Tensor LogicalOr(Tensor x, Tensor y) => Recorded(Given(x).logical_or(Given(y)), (x, y));

    /// <summary>Whether it does not hold, bool.</summary>
    public static Tensor LogicalNot(Tensor x) => Recorded(Given(x).logical_not(), x);

    /// <summary>x where the condition (bool) holds, else y; broadcast.</summary>
    public static Tensor Where(Tensor condition, Tensor x, Tensor y) =>
        Recorded(where(Given(condition), Given(x), Given(y)), (condition, x, y));

    /// <summary>A number where the mask (bool) holds, else x.</summary>
    public static Tensor MaskedFill(Tensor x, Tensor mask, double number) =>
        Recorded(Given(x).masked_fill(Given(mask), Number(number)), (x, mask, number));
}
