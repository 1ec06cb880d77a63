namespace TransferLearning.Networks;

/// <summary>How a convolution pads its input with zeros.</summary>
public readonly record struct Padding
{
    private Padding(long? size, bool isSame) => (Size, IsSame) = (size, isSame);

    /// <summary>Half the kernel on every side: with stride 1 an odd kernel leaves the size as it is. The default.</summary>
    public static Padding Half { get; }

    /// <summary>TensorFlow's "same": computed from the input's size, an odd pixel goes to the right and the bottom.</summary>
    public static Padding Same { get; } = new(null, isSame: true);

    /// <summary>Nothing.</summary>
    public static Padding None { get; } = Of(0);

    internal long? Size { get; }

    internal bool IsSame { get; }

    /// <summary>So many zeros on every side.</summary>
    public static Padding Of(long size) => new(size, isSame: false);
}
