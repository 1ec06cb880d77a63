using System.IO.Compression;
using System.Text;

namespace TransferLearning.Weights.Keras;

/// <summary>
/// A <c>.keras</c> file: a zip archive of a description and an HDF5 file of weights. Its entries are only looked up, nothing is extracted.
/// </summary>
/// <param name="Config">The description of the model.</param>
/// <param name="Start">Where the weights begin in the archive.</param>
/// <param name="Length">How long they are.</param>
internal sealed record KerasArchive(string Config, long Start, long Length)
{
    private const string ConfigName = "config.json", WeightsName = "model.weights.h5";
    private const long MaxConfigLength = 100_000_000, MaxRatio = 200;

    /// <exception cref="FormatException">It is not of that form.</exception>
    /// <exception cref="InvalidDataException">It is no archive.</exception>
    public static KerasArchive Read(FileStream file)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var (config, weights) = (Entry(archive, ConfigName), Entry(archive, WeightsName));
        if (config.Length > Math.Min(MaxConfigLength, MaxRatio * config.CompressedLength))
            throw new FormatException($"its '{ConfigName}' unpacks to {config.Length} bytes");
        if (weights.CompressedLength != weights.Length)
            throw new FormatException($"its '{WeightsName}' is compressed, as Keras never does; unpack the archive and open that file");
        var json = new byte[config.Length];
        using (var stream = config.Open()) stream.ReadExactly(json);
        var start = StartOf(weights, file);
        return start + weights.Length <= file.Length ? new(Encoding.UTF8.GetString(json), start, weights.Length) : throw new FormatException("it is cut off");
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string name) =>
        archive.Entries.Where(entry => entry.FullName == name).ToArray() is [var only]
            ? only
            : throw new FormatException($"an archive of Keras has one entry '{name}'");

    // An entry that is not compressed lies in the file as it is: after its first byte was read, the file stands behind it.
    private static long StartOf(ZipArchiveEntry entry, FileStream file)
    {
        using var stream = entry.Open();
        return stream.ReadByte() >= 0 ? file.Position - 1 : throw new FormatException($"its '{entry.FullName}' is empty");
    }
}
