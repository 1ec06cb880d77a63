using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A safetensors file. A tensor's bytes are read straight into its memory, or are the file's own pages.</summary>
internal sealed class SafetensorsFile : WeightFile
{
    private readonly FileStream _stream;

    // Asking the stream for it moves the stream, which several threads may not do at a time.
    private readonly SafeFileHandle _file;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;
    private readonly Lazy<MappedFile?> _pages;

    /// <summary>Takes over the stream.</summary>
    public SafetensorsFile(string path, FileStream stream) : base(path, "safetensors")
    {
        _stream = stream;
        _pages = new Lazy<MappedFile?>(() => MappedFile.TryMap(stream));
        var length = stream.Length;
        try
        {
            Span<byte> prefix = stackalloc byte[SafetensorsHeader.LengthSize];
            if (length < prefix.Length) throw new FormatException("it is shorter than 8 bytes");
            stream.Position = 0;
            stream.ReadExactly(prefix);
            var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength > SafetensorsHeader.MaxLength)
                throw new FormatException($"its header claims {headerLength} bytes, more than the allowed {SafetensorsHeader.MaxLength}");
            _dataStart = prefix.Length + (long)headerLength;
            if (_dataStart > length) throw new FormatException($"its header claims {headerLength} bytes, but the file has {length}");
            var json = new byte[headerLength];
            stream.ReadExactly(json);
            _header = SafetensorsHeader.Parse(json, length - _dataStart);
            _file = stream.SafeFileHandle;
        }
        catch (FormatException exception)
        {
            throw new WeightFormatException(
                path, $"is not a valid safetensors file: {exception.Message}. Download or save it again.", exception);
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    public override IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    protected override Tensor ReadCore(string name, TensorInfo info)
    {
        var tensor = empty([.. info.Shape], info.Type);
        try
        {
            tensor.ReadFrom(_file, _dataStart + _header.Ranges[name].Begin);
        }
        catch (EndOfStreamException exception)
        {
            tensor.Dispose();
            throw new WeightFormatException(Path, "became shorter while it was open.", exception);
        }
        return tensor;
    }

    internal override Tensor Map(string name)
    {
        if (!MappedFile.IsSupported || !Tensors.TryGetValue(name, out var info) || info.Type is not { } type || info.Shape.Contains(0))
            return Read(name);
        var (begin, end) = _header.Ranges[name];
        // Pages past the end of a file that became shorter are not to be touched: reading them says so.
        return (_dataStart + begin) % (info.Element.Bits / 8) == 0 && _dataStart + end <= RandomAccess.GetLength(_file)
            && _pages.Value is { } pages
            ? pages.Tensor(_dataStart + begin, type, [.. info.Shape])
            : Read(name);
    }

    protected override void Close()
    {
        if (_pages is { IsValueCreated: true, Value: { } pages }) pages.Release();
        else _stream.Dispose();
    }
}
