using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds NaN and infinite values.</summary>
internal static class NonFinite
{
    /// <summary>What is said of an example for which a model gives no numbers.</summary>
    public const string Broken =
        "makes the model give NaN or infinite values: its weights are broken, or the example is far outside of what it was trained on.";

    /// <summary>The first example whose values are no numbers; null where all are.</summary>
    public static int? First(Tensor values)
    {
        using var scope = NewDisposeScope();
        if (values.dim() == 0 || !Has(values)) return null;
        return (int)values.isfinite().flatten(1).all(1).logical_not().to_type(ScalarType.Int8).argmax().item<long>();
    }

    /// <summary>An example of a batch is no number.</summary>
    /// <param name="example">Its position.</param>
    /// <param name="describe">What an example is called; null: by its position.</param>
    public static ArgumentException OfData(int example, Func<int, string>? describe) =>
        new($"{Name(example, describe)} holds NaN or infinite values: check the data.");

    /// <summary>What a model gives for an example of a batch is no number.</summary>
    public static ArgumentException OfModel(int example, Func<int, string>? describe) => new($"{Name(example, describe)} {Broken}");

    private static string Name(int example, Func<int, string>? describe) => describe?.Invoke(example) ?? $"Example {example} of the batch";

    private static bool Has(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && !tensor.isfinite().all().item<bool>();
    }
}
