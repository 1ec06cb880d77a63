using System.Globalization;
using System.IO.Compression;
using TransferLearning;
using static TorchSharp.torch;

namespace Autoencoder;

/// <summary>Images of handwritten digits, with and without their labels.</summary>
internal sealed class Digits : IDisposable
{
    private readonly Tensor _images;

    private Digits(Tensor images, int[] labels) =>
        (_images, Labels, Labelled) = (images, labels, new TensorDataset(images, labels, Classes));

    public static IReadOnlyList<string> Classes { get; } = [.. "0123456789".Select(digit => $"{digit}")];

    public IReadOnlyList<int> Labels { get; }

    /// <summary>Images with the class that each belongs to.</summary>
    public TensorDataset Labelled { get; }

    /// <summary>Images alone: what is to be predicted is the image itself.</summary>
    public TensorDataset Unlabelled => new(_images, new InputTargets());

    /// <summary>Images under noise that is another one in each epoch; what is to be predicted is the image without it.</summary>
    public ExampleDataset Noisy => new(Labels.Count, (i, epoch) =>
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(epoch.ForExample(i).NextUInt64(), CPU);
        var clean = _images[i];
        var noisy = clean + 0.5 * randn(clean.shape, generator: generator);
        return (noisy.MoveToOuterDisposeScope(), clean.MoveToOuterDisposeScope());
    }, new UnlistedTargets());

    /// <summary>Reads rows of 64 pixels, 0 to 16, and the label.</summary>
    public static Digits Open(string path)
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        int[][] rows = [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        float[] pixels = [.. rows.SelectMany(row => row[..64]).Select(pixel => pixel / 16f)];
        return new(tensor(pixels, [rows.Length, 1, 8, 8]), [.. rows.Select(row => row[64])]);
    }

    public void Dispose() => _images.Dispose();
}
