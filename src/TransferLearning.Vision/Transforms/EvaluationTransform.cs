using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// Brings an image to a backbone's size, the same way every time: resize, then centre crop. The steps and their rounding are
/// those of torchvision's and timm's evaluation transforms on Pillow images. A pure function, safe to share between threads.
/// </summary>
/// <param name="spec">What the backbone wants.</param>
public sealed class EvaluationTransform(ImageSpec spec)
{
    private readonly PixelNormalizer _normalizer = new(spec ?? throw new ArgumentNullException(nameof(spec)));

    /// <summary>What the backbone wants.</summary>
    public ImageSpec Spec { get; } = spec;

    /// <summary>
    /// The image at the size of <see cref="Spec"/>. Where the resized image is smaller than the crop, black pixels fill it up.
    /// </summary>
    public RgbImage Apply(RgbImage image) => Part(image, CropOffset, CropOffset);

    /// <summary>The views of an image that are asked about.</summary>
    internal IReadOnlyList<RgbImage> Views(RgbImage image, TestViews views)
    {
        if (views == TestViews.One) return [Apply(image)];
        IReadOnlyList<RgbImage> parts = views == TestViews.Mirrored
            ? [Apply(image)]
            : [Part(image, First, First), Part(image, Last, First), Part(image, First, Last), Part(image, Last, Last), Apply(image)];
        return [.. parts, .. parts.Select(part => part.FlipHorizontal())];

        static long First(long size, int crop) => 0;

        static long Last(long size, int crop) => size - crop;
    }

    /// <summary>A part of the resized image, at offsets that follow from its size and the part's.</summary>
    private RgbImage Part(RgbImage image, Func<long, int, long> left, Func<long, int, long> top)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = ResizedSize(image.Width, image.Height);
        var (columns, rows) = (Cropped(width, Spec.Width, left), Cropped(height, Spec.Height, top));
        var part = width == image.Width && height == image.Height
            ? image.Crop((int)columns.Start, (int)rows.Start, columns.Count, rows.Count)
            : Resampler.Resize(image, columns, rows, Spec.Interpolation);
        return part.Width == Spec.Width && part.Height == Spec.Height
            ? part
            : part.Pad(PaddingBefore(part.Width, Spec.Width), PaddingBefore(part.Height, Spec.Height), Spec.Width, Spec.Height);
    }

    /// <summary>
    /// Images that <see cref="Apply"/> has brought to the size, normalised, as one batch <c>[N, 3, H, W]</c> in float32 on the CPU. The
    /// caller owns it.
    /// </summary>
    /// <exception cref="ArgumentException">An image has another size than <see cref="Spec"/>; the message says which.</exception>
    public Tensor ToTensor(IReadOnlyList<RgbImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        foreach (var (index, image) in images.Index())
            if (image is null) throw new ArgumentException($"Image {index} is null.", nameof(images));
            else if (image.Width != Spec.Width || image.Height != Spec.Height)
                throw new ArgumentException(
                    $"Image {index} has {image.Width}x{image.Height} pixels and not {Spec.Width}x{Spec.Height}: give it to Apply "
                    + "first.", nameof(images));
        var values = empty([images.Count, RgbImage.Channels, Spec.Height, Spec.Width], float32);
        var pixels = MemoryMarshal.Cast<byte, float>(values.bytes);
        foreach (var (index, image) in images.Index()) _normalizer.Write(image, pixels[(index * image.Pixels.Length)..]);
        return values;
    }

    /// <summary>The size before the crop. Long, because the longer side of a hair-thin image grows beyond an int.</summary>
    internal (long Width, long Height) ResizedSize(int width, int height)
    {
        long size = Spec.ResizeSize;
        return Spec.ResizeMode == ResizeMode.Squash ? (size, size)
            : width <= height ? (size, size * height / width)
            : (size * width / height, size);
    }

    /// <summary>Offset of a centre crop: half of what is cut off, rounded half to even.</summary>
    internal static long CropOffset(long size, int crop) => (long)Math.Round((size - crop) / 2.0);

    /// <summary>Pixels added before an image that is smaller than the crop; where the number is odd, the larger half follows it.</summary>
    internal static int PaddingBefore(int size, int crop) => (crop - size) / 2;

    private static ResizedAxis Cropped(long size, int crop, Func<long, int, long> offset) =>
        size > crop ? new(size, offset(size, crop), crop) : ResizedAxis.Whole((int)size);
}
