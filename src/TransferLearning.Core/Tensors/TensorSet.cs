using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// The tensors of some examples, by name: what goes into a model, flows between its layer groups, comes out, and what is to be
/// predicted. <see cref="TensorNames"/> has the usual names; a backbone, a head or an objective of your own may add others.
/// The first dimension of each counts the examples. Immutable.
/// </summary>
/// <remarks>Does not copy: the tensors belong to whoever created them, until <see cref="Dispose"/> is called.</remarks>
public sealed class TensorSet : IDisposable
{
    private readonly Entry[] _entries;

    private TensorSet(params Entry[] entries) => _entries = entries;

    /// <summary>A set of values and, where some of them are padding, their mask.</summary>
    /// <param name="values">Images <c>[N, C, H, W]</c>, token ids <c>[N, T]</c> int64, features, logits, class indices <c>[N]</c>
    /// int64.</param>
    /// <param name="mask"><c>[N, T]</c> bool, true where a value is real and false where it is padding; null where nothing is
    /// padded.</param>
    public TensorSet(Tensor values, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Entry entry = new(TensorNames.Values, values, 0);
        _entries = mask is null ? [entry] : [entry, new(TensorNames.Mask, mask, 0)];
    }

    /// <summary>The values, which every set has.</summary>
    public Tensor Values => _entries[0].Tensor;

    /// <summary><c>[N, T]</c> bool, true where a value is real; null where nothing is padded.</summary>
    public Tensor? Mask => Find(TensorNames.Mask);

    /// <summary>The names in the order in which they were added, <c>"values"</c> first.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(_entries, entry => entry.Name);

    /// <summary>Number of examples.</summary>
    public int Count => Values.dim() == 0
        ? throw new InvalidOperationException("A single number is no set of examples: the first dimension counts them.")
        : checked((int)Values.shape[0]);

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists the names.</exception>
    public Tensor this[string name] =>
        Find(name) ?? throw new KeyNotFoundException(
            $"There is no tensor '{name}' among {string.Join(", ", Names.Select(known => $"'{known}'"))}.");

    internal IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Makes a set of values alone.</summary>
    public static implicit operator TensorSet(Tensor values) => FromTensor(values);

    /// <summary>Makes a set of values alone.</summary>
    public static TensorSet FromTensor(Tensor values) => new(values);

    /// <summary>The tensor of that name; null where there is none.</summary>
    public Tensor? Find(string name)
    {
        foreach (var entry in _entries)
            if (entry.Name == name) return entry.Tensor;
        return null;
    }

    /// <summary>The same set with a tensor added or replaced, or without it where <paramref name="tensor"/> is null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">Its tensor, whose first dimension counts the examples.</param>
    /// <param name="padding">What examples of different lengths are filled up with along the second dimension. Default 0.</param>
    /// <exception cref="ArgumentException">The values are to be removed.</exception>
    public TensorSet With(string name, Tensor? tensor, double padding = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (tensor is null) return name == TensorNames.Values
            ? throw new ArgumentException("A set of tensors keeps its values: replace them by others.", nameof(tensor))
            : new(Array.FindAll(_entries, entry => entry.Name != name));
        Entry added = new(name, tensor, padding);
        var place = Array.FindIndex(_entries, entry => entry.Name == name);
        Entry[] entries = place < 0 ? [.. _entries, added] : [.. _entries];
        if (place >= 0) entries[place] = added;
        return new(entries);
    }

    /// <summary>The same set with other values.</summary>
    public TensorSet WithValues(Tensor values) =>
        With(TensorNames.Values, values ?? throw new ArgumentNullException(nameof(values)), _entries[0].Padding);

    /// <summary>The same set, whose values are filled up with that number where examples differ in length.</summary>
    public TensorSet WithPadding(double padding) => With(TensorNames.Values, Values, padding);

    /// <summary>A set with what a function makes of each tensor.</summary>
    public TensorSet Map(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(Array.ConvertAll(_entries, entry =>
            entry with { Tensor = function(entry.Tensor)
            ?? throw new ArgumentException($"The function gives null for '{entry.Name}'.", nameof(function)) }));
    }

    /// <summary>
    /// The same set on <paramref name="device"/>; this object itself where it is there already, else new tensors that the caller owns.
    /// </summary>
    public TensorSet To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Array.TrueForAll(_entries, entry => IsThere(entry.Tensor)) ? this : Map(tensor => tensor.to(device));
        bool IsThere(Tensor tensor) =>
            tensor.device_type == device.type
                && (device.type == TorchSharp.DeviceType.CPU || device.index < 0 || tensor.device_index == device.index);
    }

    /// <summary>
    /// Moves the tensors out of the current dispose scope, but for those that another set has too: they belong to whom they came from.
    /// </summary>
    internal TensorSet MoveToOuterDisposeScope(TensorSet? except = null)
    {
        foreach (var entry in _entries)
            if (except?.Has(entry.Tensor) != true) entry.Tensor.MoveToOuterDisposeScope();
        return this;
    }

    internal bool Has(Tensor tensor) => Array.Exists(_entries, entry => ReferenceEquals(entry.Tensor, tensor));

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var entry in _entries) entry.Tensor.Dispose();
    }

    /// <summary>A named tensor, and what its rows are padded with.</summary>
    internal sealed record Entry(string Name, Tensor Tensor, double Padding);
}
