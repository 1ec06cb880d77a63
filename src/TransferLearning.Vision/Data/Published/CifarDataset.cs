namespace TransferLearning.Vision;

/// <summary>
/// CIFAR-10 and CIFAR-100 in their binary files: photographs of 32 x 32 pixels
/// (Krizhevsky, "Learning multiple layers of features from tiny images", 2009).
/// </summary>
public static class CifarDataset
{
    private const int Side = 32;

    private static readonly Layout Ten = new(
        "cifar-10-batches-bin", [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")], "test_batch.bin", ["batches.meta.txt"]);

    // Each image has the label of its group of classes before its own.
    private static readonly Layout Hundred = new(
        "cifar-100-binary", ["train.bin"], "test.bin", ["coarse_label_names.txt", "fine_label_names.txt"]);

    /// <summary>Reads the images to learn from and those to measure by, 60,000 in the published sets (180 MB of memory).</summary>
    /// <param name="folder">
    /// The folder of <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>, <c>test_batch.bin</c> and <c>batches.meta.txt</c> (CIFAR-10); or of
    /// <c>train.bin</c>, <c>test.bin</c>, <c>coarse_label_names.txt</c> and <c>fine_label_names.txt</c> (CIFAR-100); or one that holds such a
    /// folder, named <c>cifar-10-batches-bin</c> or <c>cifar-100-binary</c> as in the archives.
    /// </param>
    /// <param name="coarse">Whether CIFAR-100 has its 20 groups of classes for classes. Default: its 100 classes.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the set is missing; the message names it.</exception>
    /// <exception cref="ArgumentException">The folder holds both sets, or coarse classes are asked of CIFAR-10.</exception>
    /// <exception cref="ImageFormatException">A file is cut or damaged; the message names it and the place.</exception>
    public static (ImageDataset Train, ImageDataset Test) Open(string folder, bool coarse = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' (looked for '{Path.GetFullPath(folder)}').");
        var (layout, place) = Find(folder);
        if (coarse && layout == Ten)
            throw new ArgumentException($"'{place}' holds CIFAR-10, which has no coarse classes: they are CIFAR-100's.", nameof(coarse));

        var wanted = coarse ? 0 : layout.NameFiles.Count - 1;
        IReadOnlyList<string>[] names = [.. layout.NameFiles.Select(file => Names(Existing(place, file)))];
        return (Read(layout.Train), Read([layout.Test]));

        ImageDataset Read(IEnumerable<string> files) =>
            PixelDataset.Of(files.SelectMany(file => Images(Existing(place, file), names, wanted)), names[wanted]);
    }

    private static (Layout Layout, string Folder) Find(string folder)
    {
        (Layout, string Folder, string Test)[] places = [
            .. new[] { Ten, Hundred }.SelectMany(layout => new[] { folder, Path.Combine(folder, layout.Folder) }
                .Select(place => (layout, place, Path.Combine(place, layout.Test))))];
        return places.Where(place => File.Exists(place.Test)).ToArray() switch
        {
            [var (layout, place, _)] => (layout, place),
            [] => throw new FileNotFoundException(
                $"'{folder}' holds neither CIFAR-10 ({Ten.Test}) nor CIFAR-100 ({Hundred.Test}) in their binary files, nor does a folder "
                + $"'{Ten.Folder}' or '{Hundred.Folder}' in it. Unpack the archive of the binary version."),
            var several => throw new ArgumentException(
                $"'{folder}' holds several sets: open {string.Join(" or ", several.Select(place => $"'{place.Folder}'"))}.", nameof(folder)),
        };
    }

    private static string Existing(string folder, string file) => Path.Combine(folder, file) is var path && File.Exists(path)
        ? path
        : throw new FileNotFoundException($"The set in '{folder}' lacks '{file}'. Unpack the whole archive.", path);

    private static IReadOnlyList<string> Names(string path) =>
        [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];

    /// <summary>Records of labels and three planes of 32 x 32 bytes.</summary>
    private static IEnumerable<(RgbImage Image, int Class)> Images(string path, IReadOnlyList<string>[] names, int wanted)
    {
        var record = new byte[names.Length + RgbImage.Channels * Side * Side];
        using var file = File.OpenRead(path);
        if (file.Length == 0 || file.Length % record.Length != 0)
            throw new ImageFormatException(
                $"'{path}' has {file.Length} bytes, which are no whole images of {record.Length} bytes: the one at byte "
                + $"{file.Length - file.Length % record.Length} is cut. Download it again.");
        for (var start = 0L; start < file.Length; start += record.Length)
        {
            file.ReadExactly(record);
            for (var i = 0; i < names.Length; i++)
                if (record[i] >= names[i].Count)
                    throw new ImageFormatException(
                        $"'{path}', byte {start + i}: the label {record[i]} is none of the {names[i].Count} classes. Download it again.");
            yield return (Interleaved(record.AsSpan(names.Length)), record[wanted]);
        }
    }

    private static RgbImage Interleaved(ReadOnlySpan<byte> planes)
    {
        var pixels = new byte[planes.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = planes[i % RgbImage.Channels * Side * Side + i / RgbImage.Channels];
        return new RgbImage(Side, Side, pixels);
    }

    /// <summary>How a set is laid out.</summary>
    /// <param name="Folder">The folder in the archive.</param>
    /// <param name="Train">Files to learn from.</param>
    /// <param name="Test">File to measure by.</param>
    /// <param name="NameFiles">Files of the names of each label of an image, in the order of the labels.</param>
    private sealed record Layout(string Folder, IReadOnlyList<string> Train, string Test, IReadOnlyList<string> NameFiles);
}
