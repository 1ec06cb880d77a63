using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras;

/// <summary>The type of an array's or an attribute's elements.</summary>
/// <param name="Kind">The class that HDF5 gives it.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="Scalar">The type in torch; null where there is none.</param>
internal sealed record HdfType(int Kind, long Size, ScalarType? Scalar)
{
    private const int Integer = 0, Float = 1, Text = 3, Opaque = 5, Variable = 9;
    private const int BigEndian = 1, Signed = 8, VariableText = 1;

    /// <summary>Texts of one length, filled up with zeros or spaces.</summary>
    public bool IsText => Kind == Text;

    /// <summary>Texts that lie elsewhere.</summary>
    public bool IsVariableText { get; private init; }

    /// <summary>Two bytes that Keras says to be a bfloat16.</summary>
    public bool IsOpaquePair => Kind == Opaque && Size == 2;

    public static HdfType Read(HdfReader message)
    {
        var kind = message.Byte() & 15;
        var flags = message.Byte();
        message.Skip(2);
        var size = message.UInt32();
        var scalar = (flags & BigEndian) != 0 ? null : kind switch
        {
            Integer => IntegerOf(size, (flags & Signed) != 0),
            Float when message.Left >= 12 => FloatOf(size, message),
            _ => (ScalarType?)null,
        };
        return new(kind, size, scalar) { IsVariableText = kind == Variable && (flags & 15) == VariableText };
    }

    public override string ToString() => $"elements of class {Kind} and {Size} bytes";

    private static ScalarType? IntegerOf(long size, bool isSigned) => (size, isSigned) switch
    {
        (1, false) => ScalarType.Byte,
        (1, true) => ScalarType.Int8,
        (2, true) => ScalarType.Int16,
        (4, true) => ScalarType.Int32,
        (8, true) => ScalarType.Int64,
        _ => null,
    };

    private static ScalarType? FloatOf(long size, HdfReader properties)
    {
        properties.Skip(5);
        var exponent = properties.Byte();
        return (size, exponent) switch
        {
            (2, 5) => ScalarType.Float16,
            (2, 8) => ScalarType.BFloat16,
            (4, 8) => ScalarType.Float32,
            (8, 11) => ScalarType.Float64,
            _ => null,
        };
    }
}
