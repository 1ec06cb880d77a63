using System.Globalization;
using System.IO.Compression;
using TransferLearning;
using static TorchSharp.torch;

namespace Autoencoder;

/// <summary>Images of handwritten digits, with and without their classes.</summary>
internal sealed class Digits : IDisposable
{
    private readonly Tensor _images;
    private readonly ClassTargets _classes;

    private Digits(Tensor images, int[] digits) => (_images, _classes) = (images, Targets.Classes(digits, Classes));

    public static IReadOnlyList<string> Classes { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>The digit that each image shows.</summary>
    public IReadOnlyList<int> Shown => _classes.Indices;

    /// <summary>What is to be predicted is the image itself.</summary>
    public TensorDataset Unlabelled => new(_images, new InputTargets());

    public TensorDataset Labelled => new(_images, _classes);

    /// <summary>Under noise, which is another one in each epoch; what is to be predicted is the image without it.</summary>
    public ExampleDataset Noisy(double deviation) => Noisy(deviation, i => _images[i], new UnlistedTargets());

    public ExampleDataset NoisyLabelled(double deviation) => Noisy(deviation, i => tensor((long)Shown[i]), _classes);

    /// <summary>Reads rows of 64 pixels, 0 to 16, and the digit.</summary>
    public static Digits Open(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        int[][] rows = [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        float[] pixels = [.. rows.SelectMany(row => row[..64]).Select(pixel => pixel / 16f)];
        return new(tensor(pixels, [rows.Length, 1, 8, 8]), [.. rows.Select(row => row[64])]);
    }

    public void Dispose() => _images.Dispose();

    private ExampleDataset Noisy(double deviation, Func<int, Tensor> target, Targets targets) => new(Shown.Count, (i, epoch) =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(epoch.ForExample(i).NextUInt64(), CPU);
        var image = _images[i];
        var noisy = image + deviation * randn(image.shape, generator: generator);
        return (noisy.MoveToOuterDisposeScope(), target(i).MoveToOuterDisposeScope());
    }, targets);
}
