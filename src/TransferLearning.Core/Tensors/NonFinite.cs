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

    /// <summary>Why what a model gives for an example of a batch is no number.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="example">Its position.</param>
    /// <param name="describe">What an example is called.</param>
    public static ArgumentException Explain(TensorSet input, int example, Func<int, string>? describe)
    {
        var name = describe?.Invoke(example) ?? $"Example {example} of the batch";
        return new ArgumentException(Has(input, example)
            ? $"{name} holds NaN or infinite values: check the data."
            : $"{name} makes the model give NaN or infinite values: its weights are broken, or the example is far outside of what it was trained on.", nameof(input));
    }

    /// <summary>Whether there is any.</summary>
    public static bool Has(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && !tensor.isfinite().all().item<bool>();
    }
}
