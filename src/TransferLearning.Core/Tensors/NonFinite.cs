using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds NaN and infinite values.</summary>
internal static class NonFinite
{
    /// <summary>The first example whose values are no numbers; null where all are.</summary>
    public static int? First(Tensor values)
    {
        using var scope = NewDisposeScope();
        if (values.dim() == 0 || !Has(values)) return null;
        return (int)values.isfinite().flatten(1).all(1).logical_not().to_type(ScalarType.Int8).argmax().item<long>();
    }

    /// <summary>Whether there is any.</summary>
    private static bool Has(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && !tensor.isfinite().all().item<bool>();
    }
}
