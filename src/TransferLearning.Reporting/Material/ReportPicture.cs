namespace TransferLearning.Reporting;

/// <summary>A picture with a title.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Png">A PNG file; not to be changed afterwards.</param>
/// <exception cref="ArgumentException">The bytes are no PNG file.</exception>
public sealed record ReportPicture(string Title, ReadOnlyMemory<byte> Png)
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G'];

    /// <summary>A PNG file.</summary>
    public ReadOnlyMemory<byte> Png { get; } = Png.Span.StartsWith(Signature)
        ? Png
        : throw new ArgumentException($"The picture '{Title}' is no PNG file: encode it as one.", nameof(Png));
}
