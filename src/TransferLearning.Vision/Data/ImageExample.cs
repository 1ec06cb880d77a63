using System.Security.Cryptography;

namespace TransferLearning.Vision;

/// <summary>One image of a data set, not yet decoded.</summary>
/// <param name="Name">What it is, for reports: a path, or its place in memory.</param>
/// <param name="Open">Decodes the image; called on several threads at a time.</param>
/// <param name="Mark">Adds what tells the image from another to a checksum.</param>
internal sealed record ImageExample(string Name, Func<ImageDecodeOptions, RgbImage> Open, Action<IncrementalHash> Mark)
{
    // A file is known by its name, length and time: to read all would take as long as an epoch.
    public static ImageExample OfFile(string path, int position) => new(
        path ?? throw new ArgumentNullException(nameof(path), $"The path of {InMemory(position)} is null."),
        decoding => ImageDecoder.Decode(path, decoding),
        hash => hash.AppendData(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{path}\n{new FileInfo(path).Length}\n{File.GetLastWriteTimeUtc(path).Ticks}\n"))));

    public static ImageExample OfBytes(byte[] encoded, int position)
    {
        if (encoded is null) throw new ArgumentNullException(nameof(encoded), $"The bytes of {InMemory(position)} are null.");
        return new(
            InMemory(position), decoding => ImageDecoder.Decode(encoded, $"'{InMemory(position)}'", decoding), hash => hash.AppendData(encoded));
    }

    public static ImageExample OfImage(RgbImage image, int position)
    {
        if (image is null) throw new ArgumentNullException(nameof(image), $"The {InMemory(position)} is null.");
        return new(InMemory(position), _ => image, hash =>
        {
            hash.AppendData([.. BitConverter.GetBytes(image.Width), .. BitConverter.GetBytes(image.Height)]);
            hash.AppendData(image.Pixels);
        });
    }

    /// <summary>Name of an image that has no file.</summary>
    public static string InMemory(int position) => $"image {position}";
}
