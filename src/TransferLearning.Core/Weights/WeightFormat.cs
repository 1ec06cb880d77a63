using System.Text;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>Tells formats of weight files apart by their first bytes.</summary>
internal static partial class WeightFormat
{
    private const int HeadLength = 512;

    public static WeightFile Open(string path)
    {
        if (!Directory.Exists(path)) return OpenFile(path, indexAllowed: true);
        var file = WeightFolder.Find(path) ?? throw new FileNotFoundException(
            $"The folder '{path}' holds none of {string.Join(", ", WeightFolder.UsualNames)}, nor a single weight file "
            + $"({string.Join(", ", WeightFolder.Extensions)}). Name the weight file itself.", path);
        return OpenFile(file, indexAllowed: true);
    }

    public static WeightFile OpenFile(string path, bool indexAllowed)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no weight file '{path}'.", path);
        // A pipe or device has length 0, too; opening a pipe would wait for a writer.
        if (new FileInfo(path).Length == 0) throw new WeightFormatException(path, "is empty, or a pipe or device. Download it again.");
        var stream = File.OpenRead(path);
        try
        {
            var head = new byte[HeadLength];
            var length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
            stream.Position = 0;
            return Open(path, stream, head.AsSpan(0, length), indexAllowed);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static WeightFile Open(string path, FileStream stream, ReadOnlySpan<byte> head, bool indexAllowed)
    {
        // First, because a safetensors file begins with a length, whose bytes can be those that other formats begin with.
        if (SafetensorsHeader.IsAtStartOf(head)) return new SafetensorsFile(path, stream);
        if (head.StartsWith("PK"u8) && path.EndsWith(".keras", StringComparison.OrdinalIgnoreCase))
            throw new WeightFormatException(path, "is a Keras model: open it with KerasWeights.Open of the package TransferLearning.Weights.Keras.");
        if (head.StartsWith("PK"u8)) return new ZipCheckpoint(path, stream);
        if (NotWeights(head) is { } problem) throw new WeightFormatException(path, problem);
        if (indexAllowed && Text(head).StartsWith('{'))
        {
            stream.Dispose();
            return new ShardedFile(path);
        }
        if (IsPickle(head)) return new LegacyCheckpoint(path, stream);
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)) return new SafetensorsFile(path, stream);
        throw new WeightFormatException(
            path, "is no weight file that this library knows: neither safetensors nor a PyTorch checkpoint. Check that it is the "
                + "right file and was downloaded whole.");
    }

    /// <summary>What a file is that is often met in the place of weights, and what to do; null where it may be weights.</summary>
    private static string? NotWeights(ReadOnlySpan<byte> head)
    {
        var start = Encoding.Latin1.GetString(head);
        var text = Text(head);
        return true switch
        {
            _ when start.StartsWith("version https://git-lfs", StringComparison.Ordinal) =>
                "is a Git LFS pointer, not the file itself. Run 'git lfs pull' in its repository, or download the file.",
            _ when text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<?xml", StringComparison.Ordinal)
                => "is a web page, not weights: the address led to a page of the site. Download from the file's own link.",
            _ when start.StartsWith("\u0089HDF\r\n\u001A\n", StringComparison.Ordinal) =>
                "is an HDF5 file (Keras): open it with KerasWeights.Open of the package TransferLearning.Weights.Keras.",
            _ when start.StartsWith("\u0093NUMPY", StringComparison.Ordinal) =>
                "is a NumPy array, not a file of named tensors. Save the weights as safetensors.",
            _ when start.Length > 262 && start.AsSpan(257).StartsWith("ustar") =>
                "is a tar archive: an archive of files or a checkpoint from before PyTorch 0.1.10. Unpack it, or load and save it "
                + "again in Python.",
            _ when start.StartsWith("\u001F\u008B", StringComparison.Ordinal)
                || start.StartsWith("7z\u00BC\u00AF", StringComparison.Ordinal) =>
                "is a compressed archive. Unpack it and open the weight file inside.",
            _ => null,
        };
    }

    // Without a byte order mark and white space.
    private static string Text(ReadOnlySpan<byte> head) =>
        Encoding.Latin1.GetString(head).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');

    // Protocol 2 and later begin with 0x80; the protocols before begin with the magic number of torch.save in decimals.
    // Anything that begins like a Python pickle goes to the restricted reader, which names what a hostile one asks for.
    private static bool IsPickle(ReadOnlySpan<byte> head) =>
        head is [0x80, <= Unpickler.MaxProtocol, ..] || TextPickle().IsMatch(Encoding.Latin1.GetString(head));

    [GeneratedRegex(@"\A\(?(L\d+L?\n|c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n|S'[^\n]*'\n|V[^\n]*\np\d+\n)")]
    private static partial Regex TextPickle();
}
