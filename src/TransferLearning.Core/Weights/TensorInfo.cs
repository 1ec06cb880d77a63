using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Element type and shape of a tensor in a file or module.</summary>
public sealed record TensorInfo
{
    /// <summary>More dimensions than this no torch operation takes.</summary>
    internal const int MaxRank = 64;

    /// <summary>Describes a tensor of another format.</summary>
    /// <param name="type">One of torch's types of numbers.</param>
    /// <param name="shape">Sizes of the dimensions.</param>
    public TensorInfo(ScalarType type, IReadOnlyList<long> shape)
        : this(ElementType.OfScalar(type) ?? throw new ArgumentException($"{type} is no type that weight files hold.", nameof(type)), shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
    }

    internal TensorInfo(ElementType element, IReadOnlyList<long> shape)
    {
        Element = element;
        Shape = shape;
    }

    /// <summary>
    /// The type in torch; null where TorchSharp has none (8-bit floats, unsigned integers above 8 bits): such a tensor cannot be read.
    /// </summary>
    public ScalarType? Type => Element.Scalar;

    /// <summary>The type's name in safetensors, such as <c>"F32"</c> or <c>"F8_E4M3"</c>.</summary>
    public string TypeName => Element.Name;

    /// <summary>Sizes of the dimensions; empty for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    internal ElementType Element { get; }

    /// <summary>Product of the dimensions; null where it does not fit 63 bits or a dimension is negative.</summary>
    internal static long? Count(IReadOnlyList<long> shape)
    {
        // An empty tensor has strides, too, which torch computes from its other dimensions.
        Int128 count = 1;
        foreach (var size in shape)
            if (size < 0 || (count *= Math.Max(1, size)) > long.MaxValue) return null;
        return shape.Contains(0) ? 0 : (long)count;
    }

    internal static TensorInfo Of(Tensor tensor) =>
        new(ElementType.OfScalar(tensor.dtype) ?? new ElementType(tensor.dtype.ToString(), 0, tensor.dtype, null, null), tensor.shape);

    /// <summary>Such as <c>F32 [64, 3, 7, 7]</c>.</summary>
    public override string ToString() => $"{TypeName} [{string.Join(", ", Shape)}]";
}
