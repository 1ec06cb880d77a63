using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>Decodes, augments, resizes and normalises images into batches <c>[N, 3, H, W]</c> float32 with their targets.</summary>
internal sealed class ImageBatchSource(
    IReadOnlyList<ImageExample> examples, Targets targets, IReadOnlyList<IAugmentation> augmentations, ImageSpec spec, long cacheBytes) : IBatchSource
{
    private readonly EvaluationTransform _evaluation = new(spec);
    private readonly PixelNormalizer _normalizer = new(spec);
    private readonly ImageCache _cache = new(examples.Count, cacheBytes);

    public int Count => examples.Count;

    public bool IsDeterministic => augmentations.Count == 0;

    public Batch Load(ReadOnlySpan<int> indices, EpochSeed epoch)
    {
        Positions.Check(indices, Count);
        var values = empty([indices.Length, RgbImage.Channels, spec.Height, spec.Width], float32);
        try
        {
            var pixels = MemoryMarshal.Cast<byte, float>(values.bytes);
            var size = RgbImage.Channels * spec.Height * spec.Width;
            for (var i = 0; i < indices.Length; i++) _normalizer.Write(Prepare(indices[i], epoch), pixels.Slice(i * size, size));
            return new(new TensorSet(values), targets is InputTargets ? values.alias() : targets.Gather(indices));
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private RgbImage Prepare(int index, EpochSeed epoch)
    {
        if (IsDeterministic) return _cache.Get(index, () => _evaluation.Apply(Open()));

        var image = _cache.Get(index, Open);
        var random = epoch.ForExample(index);
        foreach (var augmentation in augmentations) image = augmentation.Apply(image, spec, ref random);
        return image.Width == spec.Width && image.Height == spec.Height ? image : _evaluation.Apply(image);

        RgbImage Open() => examples[index].Open(spec.Decoding);
    }
}
