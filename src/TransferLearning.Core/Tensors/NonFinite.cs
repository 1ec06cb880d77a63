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

    /// <summary>
    /// Refuses a batch of which an example holds any: it does not always reach the outputs, as a ReLU takes minus infinity for 0.
    /// </summary>
    /// <exception cref="ArgumentException">One does; the message names it.</exception>
    public static void Refuse(TensorSet input, Func<int, string>? describe)
    {
        if (First(input.Values) is { } example) throw Explain(input, example, describe);
    }

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
            : $"{name} makes the model give NaN or infinite values: its weights are broken, or the example is far outside of what it "
            + "was trained on.", nameof(input));
    }

    /// <summary>Whether there is any.</summary>
    public static bool Has(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && !tensor.isfinite().all().item<bool>();
    }
}
