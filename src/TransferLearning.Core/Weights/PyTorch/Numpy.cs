using System.Text;

namespace TransferLearning;

/// <summary>A NumPy element type in a pickle: <c>numpy.dtype("f4")</c>.</summary>
internal sealed class NumpyType
{
    /// <summary>Null where the elements are no numbers: text, dates, Python objects.</summary>
    public ElementType? Element { get; private init; }

    public static NumpyType Create(object?[] arguments) => new()
    {
        Element = arguments is [string code, ..] ? ElementType.OfName(code switch
        {
            "f8" => "F64", "f4" => "F32", "f2" => "F16",
            "i8" => "I64", "i4" => "I32", "i2" => "I16", "i1" => "I8",
            "u8" => "U64", "u4" => "U32", "u2" => "U16", "u1" => "U8",
            "b1" => "BOOL", "c8" => "C64", "c16" => "C128",
            _ => "",
        }) : null,
    };

    /// <summary>Takes the state (version, byte order, ...).</summary>
    public void SetState(object? state)
    {
        if (Element is not null && state is not (object?[] and [_, "<" or "|" or "=", ..]))
            throw new FormatException("it holds a NumPy array in big-endian byte order, which is not read");
    }
}

/// <summary>A NumPy array in a pickle, made empty and filled afterwards.</summary>
internal sealed class NumpyArray
{
    /// <summary>The array; null before its state is set, and of what is no number.</summary>
    public TensorRef? Tensor { get; private set; }

    /// <summary>Takes the state (version, shape, type, column by column?, bytes).</summary>
    public void SetState(object?[] state)
    {
        if (state is not [_, object?[] dimensions, NumpyType type, bool columnMajor, var data])
            throw new FormatException("it describes a NumPy array in an unknown way");
        if (type.Element is not { } element) return;
        var bytes = data switch
        {
            byte[] raw => raw,
            string text => Encoding.Latin1.GetBytes(text),
            _ => throw new FormatException("it holds a NumPy array of Python objects; only numbers are read"),
        };
        var shape = PickleGlobals.Integers(dimensions);
        var count = bytes.LongLength * 8 / element.Bits;
        if (TensorInfo.Count(shape) != count)
            throw new FormatException($"it holds a NumPy array {new TensorInfo(element, shape)} of {bytes.Length} bytes");
        Tensor = TensorRef.Create(new(element, "", count, 0, count, bytes), element, 0, shape, Strides(shape, columnMajor));
    }

    private static long[] Strides(long[] shape, bool columnMajor)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        foreach (var axis in columnMajor ? Enumerable.Range(0, shape.Length) : Enumerable.Range(0, shape.Length).Reverse())
            (strides[axis], stride) = (stride, stride * shape[axis]);
        return strides;
    }
}
