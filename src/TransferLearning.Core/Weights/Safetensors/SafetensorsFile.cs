using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A safetensors file, mapped into memory: a tensor's bytes are paged in when it is read.</summary>
internal sealed class SafetensorsFile : WeightFile
{
    private readonly FileStream _stream;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SafetensorsHeader _header;
    private readonly long _length;
    private readonly long _dataStart;

    /// <summary>Takes over the stream.</summary>
    public SafetensorsFile(string path, FileStream stream) : base(path, "safetensors")
    {
        (_stream, _length) = (stream, stream.Length);
        try
        {
            Span<byte> prefix = stackalloc byte[SafetensorsHeader.LengthSize];
            if (_length < prefix.Length) throw new FormatException("it is shorter than 8 bytes");
            stream.Position = 0;
            stream.ReadExactly(prefix);
            var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength > SafetensorsHeader.MaxLength)
                throw new FormatException($"its header claims {headerLength} bytes, more than the allowed {SafetensorsHeader.MaxLength}");
            _dataStart = prefix.Length + (long)headerLength;
            if (_dataStart > _length) throw new FormatException($"its header claims {headerLength} bytes, but the file has {_length}");
            var json = new byte[headerLength];
            stream.ReadExactly(json);
            _header = SafetensorsHeader.Parse(json, _length - _dataStart);
        }
        catch (FormatException exception)
        {
            throw new WeightFormatException(path, $"is not a valid safetensors file: {exception.Message}. Download or save it again.", exception);
        }
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        // One view for the whole file: a view for each tensor costs more than the copy of its bytes.
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    public override IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    private protected override Tensor ReadCore(string name, TensorInfo info)
    {
        // Reading a mapped page that the file no longer has ends the process.
        if (_stream.Length < _length) throw new WeightFormatException(Path, "became shorter while it was open.");
        var tensor = empty([.. info.Shape], info.Type);
        var (begin, end) = _header.Ranges[name];
        if (begin == end) return tensor;
        using var bytes = new UnmanagedMemoryStream(_view.SafeMemoryMappedViewHandle, _dataStart + begin, end - begin);
        tensor.ReadFrom(bytes);
        return tensor;
    }

    private protected override void Close()
    {
        _view.Dispose();
        _map.Dispose();
        _stream.Dispose();
    }
}
