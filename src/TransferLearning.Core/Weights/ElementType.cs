using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A type that weight files hold, under the name that safetensors gives it.</summary>
/// <param name="Name">Such as <c>"F32"</c>.</param>
/// <param name="Bits">Bits of one element.</param>
/// <param name="Scalar">The type in torch; null where TorchSharp has none, so that such a tensor can be listed but not read.</param>
/// <param name="Storage">PyTorch's storage class, without "Storage"; null where there is none.</param>
/// <param name="Torch">PyTorch's dtype.</param>
internal sealed record ElementType(string Name, int Bits, ScalarType? Scalar, string? Storage, string? Torch)
{
    private static readonly ElementType[] All =
    [
        new("F64", 64, ScalarType.Float64, "Double", "float64"),
        new("F32", 32, ScalarType.Float32, "Float", "float32"),
        new("F16", 16, ScalarType.Float16, "Half", "float16"),
        new("BF16", 16, ScalarType.BFloat16, "BFloat16", "bfloat16"),
        new("I64", 64, ScalarType.Int64, "Long", "int64"),
        new("I32", 32, ScalarType.Int32, "Int", "int32"),
        new("I16", 16, ScalarType.Int16, "Short", "int16"),
        new("I8", 8, ScalarType.Int8, "Char", "int8"),
        new("U8", 8, ScalarType.Byte, "Byte", "uint8"),
        new("BOOL", 8, ScalarType.Bool, "Bool", "bool"),
        new("C64", 64, ScalarType.ComplexFloat32, "ComplexFloat", "complex64"),
        new("C128", 128, ScalarType.ComplexFloat64, "ComplexDouble", "complex128"),
        new("U64", 64, null, null, "uint64"),
        new("U32", 32, null, null, "uint32"),
        new("U16", 16, null, null, "uint16"),
        new("F8_E5M2", 8, null, null, "float8_e5m2"),
        new("F8_E4M3", 8, null, null, "float8_e4m3fn"),
        new("F8_E5M2FNUZ", 8, null, null, "float8_e5m2fnuz"),
        new("F8_E4M3FNUZ", 8, null, null, "float8_e4m3fnuz"),
        new("F8_E8M0", 8, null, null, "float8_e8m0fnu"),
        new("F6_E2M3", 6, null, null, null),
        new("F6_E3M2", 6, null, null, null),
        new("F4", 4, null, null, null),
    ];

    public static ElementType? OfName(string name) => Array.Find(All, type => type.Name == name);

    public static ElementType? OfScalar(ScalarType scalar) => Array.Find(All, type => type.Scalar == scalar);

    /// <param name="name">Such as <c>"FloatStorage"</c>.</param>
    public static ElementType? OfStorage(string name) =>
        Array.Find(All, type => type.Storage is not null && type.Storage + "Storage" == name);

    /// <param name="name">Such as <c>"float32"</c>.</param>
    public static ElementType? OfTorch(string name) => Array.Find(All, type => type.Torch == name);

    public bool IsFloat => Scalar is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>Bytes of that many elements, rounded up; null where the number does not fit 63 bits.</summary>
    public long? Bytes(long count)
    {
        var bits = (Int128)count * Bits;
        var bytes = (bits + 7) / 8;
        return bytes <= long.MaxValue ? (long)bytes : null;
    }
}
