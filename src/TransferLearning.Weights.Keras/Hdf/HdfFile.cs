using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras;

/// <summary>
/// An HDF5 file in the form in which Keras writes it: groups with texts, and arrays of numbers. The directory is read at once, and checked
/// against the file before memory is taken.
/// </summary>
internal sealed class HdfFile : IDisposable
{
    // Above what the largest models have.
    private const int MaxDepth = 32, MaxObjects = 200_000;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly HdfSource _source;
    private readonly Dictionary<string, List<HdfAttribute>> _groups = [];
    private readonly OrderedDictionary<string, List<(int, HdfReader)>> _arrays = [];

    /// <summary>Opens a part of a file, which it takes over.</summary>
    /// <exception cref="WeightFormatException">It is damaged, or does what is refused.</exception>
    public HdfFile(string path, FileStream stream, long start, long length)
    {
        (_path, _stream, _source) = (path, stream, new HdfSource(stream.SafeFileHandle, start, length));
        Guard(() =>
        {
            Add("", Root(), depth: 0);
            return HasGroup("") ? _groups : throw new FormatException("it holds a single array");
        });
    }

    /// <summary>Whether the bytes are those that an HDF5 file begins with.</summary>
    public static bool IsAtStartOf(ReadOnlySpan<byte> head) => head is [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10, ..];

    /// <summary>The paths of all arrays.</summary>
    public IReadOnlyCollection<string> Paths => _arrays.Keys;

    public bool HasGroup(string path) => _groups.ContainsKey(path);

    /// <summary>An array that is known to be of numbers and to lie in the file.</summary>
    /// <exception cref="WeightFormatException">There is none, or it is not.</exception>
    public HdfArray Array(string path) => Guard(() => _arrays.TryGetValue(path, out var messages)
        ? HdfArray.Read(path, _source, messages)
        : throw new FormatException($"it names the weight '{path}', which is not there"));

    /// <summary>The values of an array in a new tensor, which the caller owns.</summary>
    public Tensor Read(HdfArray array) => Guard(() => array.Read(_source));

    /// <summary>The texts of an attribute, which Keras cuts into NAME0, NAME1 and so on where they are many; null where there is none.</summary>
    public IReadOnlyList<string>? Texts(string group, string name) => Guard<IReadOnlyList<string>?>(() =>
    {
        if (Find(name) is { } whole) return whole.Texts(_source);
        List<string>? all = null;
        for (var i = 0; Find($"{name}{i}") is { } part; i++) (all ??= []).AddRange(part.Texts(_source));
        return all;

        HdfAttribute? Find(string name) => _groups[group].Find(attribute => attribute.Name == name);
    });

    public string? Text(string group, string name) => Texts(group, name) is [var only] ? only : null;

    public void Dispose() => _stream.Dispose();

    /// <summary>The address of the first group's header. Addresses are as Keras's files have them: of 8 bytes, counted from the start.</summary>
    private long Root()
    {
        var head = _source.Structure(0, Math.Min(128, _source.Length));
        if (!IsAtStartOf(head.Rest)) throw new FormatException("it does not begin as one");
        head.Skip(8);
        var version = head.Byte();
        if (version > 3) throw new FormatException($"it has version {version} of the form, of which 0 to 3 are read");
        head.Skip(version < 2 ? 4 : 0);
        var (addressLength, sizeLength) = (head.Byte(), head.Byte());
        head.Skip(version switch { 0 => 9, 1 => 13, _ => 1 });
        if (addressLength != 8 || sizeLength != 8 || head.Int64() != 0) throw new FormatException("its addresses are of another form than Keras writes");
        head.Skip(version < 2 ? 32 : 16);
        return head.Int64();
    }

    private void Add(string path, long address, int depth)
    {
        if (depth > MaxDepth) throw new FormatException($"its groups are nested more than {MaxDepth} deep");
        if (_groups.Count + _arrays.Count >= MaxObjects) throw new FormatException($"it holds more than {MaxObjects} objects");
        var messages = HdfHeader.Read(_source, address);
        var isArray = messages.Exists(message => message.Type == HdfHeader.Layout);
        if (isArray ? !_arrays.TryAdd(path, messages) : !_groups.TryAdd(path, Attributes(messages))) throw new FormatException($"it holds '{path}' twice");
        if (!isArray)
            foreach (var (name, member) in HdfGroup.Members(_source, messages)) Add(path.Length == 0 ? name : $"{path}/{name}", member, depth + 1);
    }

    private static List<HdfAttribute> Attributes(List<(int Type, HdfReader Data)> messages) =>
        [.. messages.Where(message => message.Type == HdfHeader.Attribute).Select(message => HdfAttribute.Read(message.Data))];

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FormatException or EndOfStreamException)
        {
            throw new WeightFormatException(
                _path, $"is no readable HDF5 file: {error.Message.TrimEnd('.')}. Download it again, or save it anew with Keras.", error);
        }
    }
}
