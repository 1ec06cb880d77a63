using System.Buffers.Binary;
using System.Numerics;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A checkpoint of PyTorch before 1.6: five pickles (magic number, version, system, object, keys of storages),
/// then for each key the number of elements and their bytes.
/// </summary>
internal sealed class LegacyCheckpoint : Checkpoint
{
    private static readonly BigInteger Magic = ((BigInteger)0x1950 << 64) + 0xa86a20f9469cfc6c;

    private readonly Dictionary<string, long> _offsets = [];

    /// <summary>Takes over the stream.</summary>
    public LegacyCheckpoint(string path, FileStream stream) : base(path, "PyTorch legacy", stream) => Guard(Open);

    private bool Open()
    {
        if (Unpickle(Stream) is not BigInteger magic || magic != Magic)
            throw NotBuilt?.Refusal() ?? new FormatException("it is a Python pickle, but none that torch.save wrote");
        Unpickle(Stream);
        if (Unpickle(Stream) is PickleDictionary system && system.GetValueOrDefault("little_endian") is false)
            throw new FormatException("it was written in big-endian byte order, which is not read");
        SetTensors(Unpickle(Stream));
        if (Unpickle(Stream) is not List<object?> keys) throw new FormatException("it lacks its list of storages");
        foreach (var key in keys) LocateStorage(key as string ?? "");
        if (Storages.Keys.FirstOrDefault(key => !_offsets.ContainsKey(key)) is { } missing)
            throw new FormatException($"it lacks storage '{missing}'");
        if (Stream.Position != Stream.Length) throw new FormatException($"{Stream.Length - Stream.Position} bytes follow its last storage");
        return true;
    }

    private void LocateStorage(string key)
    {
        if (!Storages.TryGetValue(key, out var storage)) throw new FormatException($"nothing refers to its storage '{key}'");
        Span<byte> count = stackalloc byte[sizeof(long)];
        Stream.ReadExactly(count);
        if (BinaryPrimitives.ReadInt64LittleEndian(count) is var actual && actual != storage.Total)
            throw new FormatException($"storage '{key}' should have {storage.Total} elements but has {actual}");
        if (storage.TotalBytes > Stream.Length - Stream.Position) throw new EndOfStreamException();
        if (!_offsets.TryAdd(key, Stream.Position)) throw new FormatException($"it holds storage '{key}' twice");
        Stream.Position += storage.TotalBytes;
    }

    private protected override void ReadStorage(StorageRef storage, Tensor data)
    {
        Stream.Position = _offsets[storage.Key];
        data.ReadFrom(Stream);
    }
}
