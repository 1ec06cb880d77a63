using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The weights of a model at the end of an epoch, with what the evaluation said of them: those that training has changed so far.
/// Owns its tensors; dispose it when it is no longer needed. The end of the run disposes it at the latest.</summary>
public sealed class ModelSnapshot : IDisposable
{
    private readonly Dictionary<string, (Tensor Target, Tensor Value)> _values = [];

    /// <summary>Copies a value for each tensor: its own of now, or one that was saved.</summary>
    internal ModelSnapshot(
        IEnumerable<(string Name, Tensor Target)> state, Func<string, Tensor, Tensor> value, int epoch, Evaluation? evaluation)
    {
        (Epoch, Evaluation) = (epoch, evaluation);
        Extend(state, value);
    }

    /// <summary>Epoch after which it was taken, counted from 1; 0 before the first has ended.</summary>
    public int Epoch { get; }

    /// <summary>Evaluation of these weights; null without a validation set.</summary>
    public Evaluation? Evaluation { get; }

    internal IEnumerable<KeyValuePair<string, Tensor>> Values => _values.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Value));

    internal bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Adds values of tensors that it does not have: what is trained from now on has not changed since it was taken.</summary>
    internal void Extend(IEnumerable<(string Name, Tensor Target)> state, Func<string, Tensor, Tensor> value)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var added = state.Where(entry => !Has(entry.Name)).Select(
            entry => (entry.Name, entry.Target, Value: value(entry.Name, entry.Target).to(entry.Target.device, copy: true))).ToList();
        // Only now that every value was there.
        foreach (var (name, target, copy) in added) _values[name] = (target, copy.DetachFromDisposeScope());
    }

    internal bool IsDisposed { get; private set; }

    internal void CopyBack()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (target, value) in _values.Values) target.copy_(value);
    }

    /// <summary>Disposes the copies.</summary>
    public void Dispose()
    {
        foreach (var (_, value) in _values.Values) value.Dispose();
        IsDisposed = true;
    }
}
