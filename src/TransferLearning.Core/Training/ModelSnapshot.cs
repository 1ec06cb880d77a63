using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The weights of a model at the end of an epoch, with what the evaluation said of them.
/// Owns its tensors; dispose it when it is no longer needed. The end of the run disposes it at the latest.</summary>
public sealed class ModelSnapshot : IDisposable
{
    private readonly (string Name, Tensor Target, Tensor Value)[] _values;

    /// <summary>Copies a value for each tensor of the model: its own of now, or one that was saved.</summary>
    internal ModelSnapshot(IEnumerable<(string Name, Tensor Target)> state, Func<string, Tensor, Tensor> value, int epoch, Evaluation? evaluation)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _values = [.. state.Select(entry => (entry.Name, entry.Target, value(entry.Name, entry.Target).to(entry.Target.device, copy: true)))];
        // Only now that every value was there.
        foreach (var (_, _, copy) in _values) copy.DetachFromDisposeScope();
        Epoch = epoch;
        Evaluation = evaluation;
    }

    /// <summary>Epoch after which it was taken, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Evaluation of these weights; null without a validation set.</summary>
    public Evaluation? Evaluation { get; }

    internal IEnumerable<KeyValuePair<string, Tensor>> Values => _values.Select(entry => KeyValuePair.Create(entry.Name, entry.Value));

    internal void CopyBack()
    {
        using var _ = no_grad();
        foreach (var (_, target, value) in _values) target.copy_(value);
    }

    /// <summary>Disposes the copies.</summary>
    public void Dispose()
    {
        foreach (var (_, _, value) in _values) value.Dispose();
    }
}
