using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A PyTorch checkpoint: a pickle that describes tensors as views of storages, and the storages' bytes.</summary>
internal abstract class Checkpoint : WeightFile
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, StorageRef> _storages = [];
    private readonly Lock _lock = new();
    private OrderedDictionary<string, TensorRef> _tensors = [];
    private HashSet<string> _shared = [];
    private (string Key, Tensor Data)? _kept;

    private protected Checkpoint(string path, string format, FileStream stream) : base(path, format) => _stream = stream;

    public sealed override IReadOnlyDictionary<string, TensorInfo> Tensors => Infos;

    private OrderedDictionary<string, TensorInfo> Infos { get; } = [];

    private protected FileStream Stream => _stream;

    /// <summary>The first name in its pickles that is not built; null where there is none.</summary>
    private protected PickleObject? NotBuilt { get; private set; }

    /// <summary>The whole storages that the pickle refers to, by key.</summary>
    private protected IReadOnlyDictionary<string, StorageRef> Storages => _storages;

    /// <summary>Turns everything that a damaged file can cause into one kind of exception.</summary>
    private protected T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException exception)
        {
            throw new WeightFormatException(Path, "is cut off in the middle. Download or copy it again.", exception);
        }
        catch (InvalidDataException exception)
        {
            throw new WeightFormatException(
                Path, $"is damaged or cut off: {exception.Message.TrimEnd('.')}. Download or copy it again.", exception);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new WeightFormatException(Path, $"is not a readable PyTorch checkpoint: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private protected object? Unpickle(Stream stream)
    {
        var unpickler = new Unpickler(stream, Resolve);
        var value = unpickler.Load();
        NotBuilt ??= unpickler.NotBuilt;
        return value;
    }

    private protected void SetTensors(object? root)
    {
        _tensors = StateDict.Find(root);
        if (_tensors.Count == 0 && NotBuilt is not null) throw NotBuilt.Refusal();
        foreach (var (name, tensor) in _tensors) Infos.Add(name, tensor.Info);
        _shared = [.. _tensors.Values.GroupBy(tensor => tensor.Storage.Key).Where(group => group.Count() > 1).Select(group => group.Key)];
    }

    // ('storage', class, key, device, elements[, part: (key, first element, elements)]), or before PyTorch 1.6 ('module', class, its source
    // code)
    private object Resolve(object?[] id)
    {
        if (id is ["module", PickleObject notBuilt, ..]) return notBuilt;
        if (id is not ["storage", StorageClass { Element: var element }, string key, _, long total, .. var rest])
            throw new FormatException("it refers to something that is no storage");
        var (start, count) = rest switch
        {
            [] or [null] => (0, total),
            [object?[] part] when part is [_, long first, long elements] => (first, elements),
            _ => throw new FormatException($"it describes storage '{key}' in an unknown way"),
        };
        var storage = StorageRef.Create(element, key, total, start, count);
        var whole = storage with { Start = 0, Count = total };
        if (_storages.TryGetValue(key, out var known) && known != whole)
            throw new FormatException($"it describes storage '{key}' twice and differently");
        _storages[key] = whole;
        return storage;
    }

    protected sealed override Tensor ReadCore(string name, TensorInfo info)
    {
        var tensor = _tensors[name];
        if (tensor.IsEmpty) return empty([.. info.Shape], info.Type);
        lock (_lock) return Guard(() => Read(tensor));
    }

    private Tensor Read(TensorRef tensor)
    {
        var storage = Load(tensor);
        var shared = _kept is { } kept && ReferenceEquals(kept.Data, storage);
        try
        {
            if (!shared && tensor.IsWholeStorage) return storage.view([.. tensor.Info.Shape]);
            using var view = storage.as_strided([.. tensor.Info.Shape], tensor.Strides, tensor.Offset);
            using var copy = view.clone();
            return copy.contiguous();
        }
        finally
        {
            if (!shared) storage.Dispose();
        }
    }

    /// <summary>The whole storage as a vector. One that several tensors share is kept until another such is needed.</summary>
    private Tensor Load(TensorRef tensor)
    {
        var (storage, type) = (tensor.Storage, tensor.Info.Type);
        if (storage.Bytes is null && _kept is { } kept && kept.Key == storage.Key && kept.Data.dtype == type) return kept.Data;
        var data = empty([storage.TotalBytes * 8 / tensor.Info.Element.Bits], type);
        try
        {
            if (storage.Bytes is { } bytes) data.ReadFrom(new MemoryStream(bytes));
            else ReadStorage(storage, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
        if (storage.Bytes is not null || !_shared.Contains(storage.Key)) return data;
        _kept?.Data.Dispose();
        _kept = (storage.Key, data.DetachFromDisposeScope());
        return data;
    }

    private protected abstract void ReadStorage(StorageRef storage, Tensor data);

    protected override void Close()
    {
        _kept?.Data.Dispose();
        _kept = null;
        _stream.Dispose();
    }
}
