using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras;

/// <summary>An array of numbers in one piece.</summary>
/// <param name="Path">Where it is in the file, such as <c>model_weights/dense/dense/kernel:0</c>.</param>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">Sizes of its dimensions.</param>
/// <param name="Address">Where its numbers begin.</param>
/// <param name="Inline">The numbers, where they are in the header instead.</param>
internal sealed record HdfArray(string Path, ScalarType Type, long[] Shape, long Address, HdfReader? Inline)
{
    private const int Compact = 0, Contiguous = 1;

    /// <summary>Checks what the header of an array says.</summary>
    /// <exception cref="FormatException">It is no array of numbers in one piece, or larger than the file.</exception>
    public static HdfArray Read(string path, HdfSource source, List<(int Type, HdfReader Data)> messages)
    {
        if (messages.Exists(message => message.Type == HdfHeader.ExternalFiles))
            throw new FormatException($"'{path}' lies in another file, which is not opened");
        var type = HdfType.Read(Message(HdfHeader.Datatype));
        var shape = HdfShape.Read(Message(HdfHeader.Dataspace));
        var scalar = type.Scalar ?? (type.IsOpaquePair && Attribute("dtype")?.Texts(source) is ["bfloat16"]
            ? ScalarType.BFloat16
            : throw new FormatException($"'{path}' holds {type}, which are no weights that are read"));
        var layout = Message(HdfHeader.Layout);
        var (version, kind) = (layout.Byte(), layout.Byte());
        if (version is not (3 or 4) || kind is not (Compact or Contiguous))
            throw new FormatException(
                $"'{path}' is stored in chunks (compressed), as Keras never does; 'h5repack -l CONTI -f NONE' stores it in one piece");
        var bytes = HdfShape.Bytes(shape, type.Size);
        if (bytes > int.MaxValue) throw new FormatException($"'{path}' claims {bytes} bytes or more, of which 2 GiB are read");
        if (bytes > source.Length) throw new FormatException($"'{path}' claims {bytes} bytes, but the file has {source.Length}");
        if (kind == Compact) return new(path, scalar, shape, 0, layout.Take(layout.UInt16()).Take(bytes));
        var address = layout.Int64();
        if (bytes > 0) source.Check(address, bytes);
        return new(path, scalar, shape, address, null);

        HdfAttribute? Attribute(string name) => messages.Where(message => message.Type == HdfHeader.Attribute)
            .Select(message => HdfAttribute.Read(message.Data)).FirstOrDefault(attribute => attribute.Name == name);

        HdfReader Message(int kind) => messages.Find(message => message.Type == kind) is { Type: > 0, Data: var data }
            ? data
            : throw new FormatException($"'{path}' lacks a part of its description");
    }

    /// <summary>Reads the numbers into a new tensor, which the caller owns.</summary>
    public Tensor Read(HdfSource source)
    {
        var tensor = empty(Shape, Type);
        try
        {
            if (Inline is { } numbers) numbers.Rest.CopyTo(tensor.bytes);
            else if (!Shape.Contains(0)) source.Fill(tensor.bytes, Address);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }
}
