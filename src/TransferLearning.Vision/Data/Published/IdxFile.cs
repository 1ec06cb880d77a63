using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning.Vision;

/// <summary>An idx file of bytes: a big-endian header of dimensions, then the items one after the other.</summary>
/// <param name="Start">Where the first item begins.</param>
/// <param name="Shape">Dimensions of an item.</param>
/// <param name="Items">The bytes of each.</param>
internal sealed record IdxFile(int Start, IReadOnlyList<int> Shape, IReadOnlyList<byte[]> Items)
{
    private const int Bytes = 8, MostOfOne = 1 << 24;

    /// <summary>Reads a file, packed with gzip or not. Memory grows with what is there, not with what the header says.</summary>
    /// <exception cref="ImageFormatException">It is another file, cut, or longer than its header says.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionMode.Decompress)
                : new BufferedStream(file);
            return Read(path, content, dimensions);
        }
        catch (InvalidDataException error)
        {
            throw new ImageFormatException($"'{path}' is no whole gzip file: {error.Message} Download it again.", error);
        }
    }

    private static IdxFile Read(string path, Stream content, int dimensions)
    {
        var header = new byte[4 + 4 * dimensions];
        if (content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || !header.AsSpan(0, 4).SequenceEqual<byte>([0, 0, Bytes, (byte)dimensions]))
            throw new ImageFormatException(
                $"'{path}', byte 0: the header is none of an idx file of bytes in {dimensions} dimensions. Download it again.");
        long[] sizes = [.. header.Chunk(4).Skip(1).Select(size => (long)BinaryPrimitives.ReadUInt32BigEndian(size))];
        // Each is below 2^32: a product of two does not overflow.
        var size = sizes.Skip(1).Aggregate(1L, (product, next) => product * next);
        if (sizes[0] == 0 || size is < 1 or > MostOfOne)
            throw new ImageFormatException(
                $"'{path}', byte 4: the header speaks of {string.Join(" x ", sizes)} bytes, which are no images or too large ones. Download "
                + "it again.");

        List<byte[]> items = [];
        for (var i = 0L; i < sizes[0]; i++)
        {
            var item = new byte[size];
            if (content.ReadAtLeast(item, item.Length, throwOnEndOfStream: false) < item.Length)
                throw new ImageFormatException(
                    $"'{path}' ends within item {i}, which begins at byte {header.Length + i * size}; the header speaks of {sizes[0]}. "
                    + "Download it again.");
            items.Add(item);
        }
        return content.ReadByte() < 0
            ? new(header.Length, [.. sizes.Skip(1).Select(one => (int)one)], items)
            : throw new ImageFormatException(
                $"'{path}' goes on after its {sizes[0]} items, at byte {header.Length + sizes[0] * size}. Download it again.");
    }
}
