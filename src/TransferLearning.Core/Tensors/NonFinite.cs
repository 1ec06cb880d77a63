using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Finds NaN and infinite values.</summary>
internal static class NonFinite
{
    /// <summary>Whether an example of a batch holds any.</summary>
    public static bool Has(TensorSet batch, int example)
    {
        using var scope = NewDisposeScope();
        return batch.Entries.Any(entry => entry.Tensor.is_floating_point() && entry.Tensor.dim() > 0 && Has(entry.Tensor[example]));
    }

    /// <summary>Whether there is any.</summary>
    public static bool Has(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && !tensor.isfinite().all().item<bool>();
    }
}
