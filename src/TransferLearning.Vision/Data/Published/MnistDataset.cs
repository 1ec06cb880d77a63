namespace TransferLearning.Vision;

/// <summary>
/// MNIST, and sets in the same files such as Fashion-MNIST: gray images of one size
/// (LeCun et al., "Gradient-based learning applied to document recognition", 1998).
/// </summary>
public static class MnistDataset
{
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>Reads the images to learn from and those to measure by. Gray becomes red, green and blue of the same value.</summary>
    /// <param name="folder">
    /// The folder of <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>, each plain or as <c>.gz</c>.
    /// </param>
    /// <param name="classNames">Names of the classes in the order of the labels; null (default): the digits "0" to "9".</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the set is missing; the message names it.</exception>
    /// <exception cref="ImageFormatException">A file is cut or damaged, or images and labels are not as many; the message names the file and
    /// the place.</exception>
    public static (ImageDataset Train, ImageDataset Test) Open(string folder, IReadOnlyList<string>? classNames = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' (looked for '{Path.GetFullPath(folder)}').");
        return (Part("train"), Part("t10k"));

        ImageDataset Part(string part) =>
            Read(Existing(folder, $"{part}-images-idx3-ubyte"), Existing(folder, $"{part}-labels-idx1-ubyte"), classNames ?? Digits);
    }

    private static string Existing(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return new[] { plain, $"{plain}.gz" }.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"The set in '{folder}' lacks '{name}' (or '{name}.gz'). Download it.", plain);
    }

    private static ImageDataset Read(string images, string labels, IReadOnlyList<string> names)
    {
        var (pictures, classes) = (IdxFile.Read(images, dimensions: 3), IdxFile.Read(labels, dimensions: 1));
        if (pictures.Items.Count != classes.Items.Count)
            throw new ImageFormatException(
                $"'{images}' has {pictures.Items.Count} images and '{labels}' {classes.Items.Count} labels. Download both again.");
        foreach (var (i, item) in classes.Items.Index())
            if (item[0] >= names.Count)
                throw new ImageFormatException(
                    $"'{labels}', byte {classes.Start + i}: the label {item[0]} is none of the {names.Count} classes. Name all classes, or "
                    + "download it again.");
        return PixelDataset.Of(pictures.Items.Zip(classes.Items, (item, label) => (Gray(item, pictures.Shape), (int)label[0])), names);
    }

    private static RgbImage Gray(byte[] values, IReadOnlyList<int> shape)
    {
        var pixels = new byte[values.Length * RgbImage.Channels];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = values[i / RgbImage.Channels];
        return new RgbImage(shape[1], shape[0], pixels);
    }
}
