using System.Text;

namespace TransferLearning;

/// <summary>Something that a pickle may call: a function of this library, never one of Python's.</summary>
internal delegate object? PickleFunction(object?[] arguments);

/// <summary>The class of a storage.</summary>
internal sealed record StorageClass(ElementType Element);

/// <summary>
/// All that is built of what a checkpoint names: tensors, their storages and types, plain containers, NumPy arrays.
/// What is not listed here stays a name; an argument of an unexpected form is refused.
/// </summary>
internal static class PickleGlobals
{
    private const string TensorModule = "torch._utils";

    /// <returns>A <see cref="PickleFunction"/>, a <see cref="StorageClass"/>, an <see cref="ElementType"/>, or else a
    /// <see cref="PickleObject"/>.</returns>
    /// <exception cref="FormatException">It is a tensor of a kind that is not read.</exception>
    public static object Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => (PickleFunction)OrderedDict,
        ("collections", "defaultdict") => (PickleFunction)(static _ => new PickleDictionary()),
        (TensorModule, "_rebuild_tensor" or "_rebuild_tensor_v2") => (PickleFunction)RebuildTensor,
        (TensorModule, "_rebuild_tensor_v3") => (PickleFunction)RebuildTensorOfType,
        (TensorModule, "_rebuild_parameter" or "_rebuild_parameter_with_state") => (PickleFunction)RebuildParameter,
        ("torch", "Size") => (PickleFunction)Single<object?[]>,
        ("torch" or "torch.storage", "UntypedStorage") => new StorageClass(ElementType.OfName("U8")!),
        ("torch" or "torch.cuda", _) when ElementType.OfStorage(name) is { } element => new StorageClass(element),
        ("torch", _) when ElementType.OfTorch(name) is { } element => element,
        ("builtins" or "__builtin__", "set" or "frozenset") => (PickleFunction)Single<List<object?>>,
        ("_codecs", "encode") => (PickleFunction)Encode,
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => (PickleFunction)(static _ => new NumpyArray()),
        ("numpy", "dtype") => (PickleFunction)NumpyType.Create,
        // A weight that is left out unread would be missed with no reason given.
        (TensorModule, _) when name.StartsWith("_rebuild", StringComparison.Ordinal) =>
            throw new PickleObject($"{module}.{name}").Refusal(),
        _ => new PickleObject($"{module}.{name}"),
    };

    private static FormatException Unexpected(string what) => new($"it describes {what} in an unknown way");

    private static PickleDictionary OrderedDict(object?[] arguments)
    {
        PickleDictionary dictionary = [];
        if (arguments is []) return dictionary;
        if (arguments is not [List<object?> pairs]) throw Unexpected("a dictionary");
        foreach (var pair in pairs)
        {
            if (pair is not IList<object?> { Count: 2 } entry) throw Unexpected("a dictionary");
            dictionary[entry[0] ?? "None"] = entry[1];
        }
        return dictionary;
    }

    private static TensorRef RebuildTensor(object?[] arguments) => arguments is [
        StorageRef storage, long offset, object?[] shape, object?[] strides, .. var rest] && IsPlain(rest.ElementAtOrDefault(2))
        ? TensorRef.Create(storage, storage.Element, offset, Integers(shape), Integers(strides))
        : throw Unexpected("a tensor");

    private static TensorRef RebuildTensorOfType(object?[] arguments) =>
        arguments is [StorageRef storage, long offset, object?[] shape, object?[] strides, _, _, ElementType element, .. var rest]
            && IsPlain(rest.FirstOrDefault())
            ? TensorRef.Create(storage, element, offset, Integers(shape), Integers(strides))
            : throw Unexpected("a tensor");

    // PyTorch conjugates and negates lazily: the storage has the values from before, and the metadata says what is still to be done.
    private static bool IsPlain(object? metadata) => (metadata as PickleDictionary)?.FirstOrDefault(entry => entry.Value is true).Key is not { } flag
        ? true
        : throw new FormatException(
            $"it holds a tensor that is still to be changed by '{flag}'; in Python, save tensor.resolve_conj().resolve_neg() instead");

    private static TensorRef RebuildParameter(object?[] arguments) =>
        arguments is [TensorRef tensor, ..] ? tensor : throw Unexpected("a parameter");

    private static byte[] Encode(object?[] arguments) =>
        arguments is [string text, "latin1" or "latin-1", ..] ? Encoding.Latin1.GetBytes(text) : throw Unexpected("bytes");

    private static T Single<T>(object?[] arguments) where T : class => arguments is [T value] ? value : throw Unexpected("a container");

    internal static long[] Integers(object?[] values) =>
        Array.ConvertAll(values, value => value is long number ? number : throw Unexpected("a shape"));
}
