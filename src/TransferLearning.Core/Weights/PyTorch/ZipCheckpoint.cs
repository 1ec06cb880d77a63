using System.IO.Compression;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A checkpoint of PyTorch 1.6 and later: a zip archive of <c>NAME/data.pkl</c> and one entry <c>NAME/data/KEY</c> for each storage.
/// Names are only looked up in the archive, nothing is extracted; checksums are verified as entries are read.
/// </summary>
internal sealed class ZipCheckpoint : Checkpoint
{
    private const string Pickle = "data.pkl";
    private const long MaxPickleLength = 100_000_000;

    // PyTorch stores entries uncompressed. Others may compress them, but weights hardly shrink: what unpacks to much more is a bomb.
    private const long MaxRatio = 50, FreeBytes = 1 << 24;

    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];
    private readonly string _prefix = "";

    /// <summary>Takes over the stream.</summary>
    public ZipCheckpoint(string path, FileStream stream) : base(path, "PyTorch zip", stream) => _prefix = Guard(Open);

    private string Open()
    {
        foreach (var entry in new ZipArchive(Stream, ZipArchiveMode.Read, leaveOpen: true).Entries)
            if (!_entries.TryAdd(entry.FullName, entry)) throw new FormatException($"the archive holds '{entry.FullName}' twice");
        CheckSizes();
        string[] pickles = [.. _entries.Keys.Where(name => name == Pickle || name.EndsWith("/" + Pickle, StringComparison.Ordinal))];
        if (pickles is not [var pickle])
            throw new FormatException($"it is a zip archive with {pickles.Length} entries '{Pickle}', and a checkpoint has one");
        var prefix = pickle[..^Pickle.Length];
        if (_entries.ContainsKey(prefix + "constants.pkl"))
            throw new FormatException(
                "it is a TorchScript program, not a state dict; in Python, save torch.jit.load(file).state_dict() instead");
        if (_entries.TryGetValue(prefix + "byteorder", out var order) && !Bytes(order).AsSpan().SequenceEqual("little"u8))
            throw new FormatException("it was written in big-endian byte order, which is not read");

        var root = Unpickle(new MemoryStream(Bytes(_entries[pickle])));
        foreach (var storage in Storages.Values) Entry(prefix, storage);
        SetTensors(root);
        return prefix;
    }

    private void CheckSizes()
    {
        if (_entries.Values.FirstOrDefault(entry => entry.IsEncrypted) is { } encrypted)
            throw new FormatException($"its entry '{encrypted.FullName}' is encrypted");
        if (_entries.Values.Sum(entry => (decimal)entry.CompressedLength) > Stream.Length)
            throw new FormatException("its entries overlap or are longer than the file");
        if (_entries.Values.Sum(entry => (decimal)entry.Length) > Stream.Length * (decimal)MaxRatio + FreeBytes)
            throw new FormatException("it unpacks to far more than weights would: it is damaged or a zip bomb");
    }

    private ZipArchiveEntry Entry(string prefix, StorageRef storage)
    {
        if (!_entries.TryGetValue($"{prefix}data/{storage.Key}", out var entry))
            throw new FormatException($"the archive lacks storage '{storage.Key}'");
        return entry.Length == storage.TotalBytes
            ? entry
            : throw new FormatException($"storage '{storage.Key}' should have {storage.TotalBytes} bytes but has {entry.Length}");
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.Length > MaxPickleLength)
            throw new FormatException($"its entry '{entry.FullName}' is larger than {MaxPickleLength} bytes");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        CheckSum(entry, Crc32.Append(0, bytes));
        return bytes;
    }

    private protected override void ReadStorage(StorageRef storage, Tensor data)
    {
        var entry = Entry(_prefix, storage);
        using var stream = entry.Open();
        data.ReadFrom(stream);
        CheckSum(entry, data.Crc32());
    }

    private static void CheckSum(ZipArchiveEntry entry, uint actual)
    {
        if (actual != entry.Crc32) throw new InvalidDataException($"the checksum of its entry '{entry.FullName}' is wrong");
    }
}
