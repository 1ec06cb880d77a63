using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

public class ImageDatasetTests
{
    private static readonly ImageSpec Spec = new() { Height = 6, Width = 8, ResizeSize = 8 };

    [Fact]
    public void Classes_stand_in_ordinal_order_unless_they_are_given()
    {
        var data = ImageDataset.FromImages([(Noise(0), "rose"), (Noise(1), "Aster"), (Noise(2), "rose")]);
        data.ClassNames.Should().Equal("Aster", "rose");
        data.Labels.Should().Equal(1, 0, 1);
        data.Names.Should().Equal("image 0", "image 1", "image 2");

        ImageDataset.FromImages([(Noise(0), "rose")], ["rose", "tulip", "aster"]).ClassNames.Should().Equal("rose", "tulip", "aster");
    }

    [Fact]
    public void Kept_images_give_the_same_batches_as_images_that_are_decoded_anew()
    {
        foreach (var augmentations in new IAugmentation[][] { [], [new RandomResizedCrop(), new RandomHorizontalFlip()] })
        {
            var data = Flowers(4).WithAugmentation(augmentations);
            var (kept, anew) = (data.Prepare(Spec), data.WithCache(0).Prepare(Spec));
            for (var epoch = 0; epoch < 3; epoch++)
            {
                using var first = kept.Load([2, 0, 3, 1], new EpochSeed(7, epoch));
                using var second = anew.Load([2, 0, 3, 1], new EpochSeed(7, epoch));
                first.Input.Values.bytes.SequenceEqual(second.Input.Values.bytes).Should().BeTrue();
            }
        }
        Flowers(4).Invoking(data => data.WithCache(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Bad_examples_are_refused()
    {
        ((Action)(() => ImageDataset.FromImages([]))).Should().Throw<ArgumentException>().WithMessage("*at least one image*");
        ((Action)(() => ImageDataset.FromFiles([("a.jpg", "rose")], ["tulip", "aster"])))
            .Should().Throw<ArgumentException>().WithMessage("'a.jpg' is of class 'rose'*tulip, aster*");
        ((Action)(() => ImageDataset.FromFiles([("a.jpg", "rose")], ["rose", "rose"]))).Should().Throw<ArgumentException>().WithMessage("*'rose' twice*");
    }

    [Fact]
    public void A_subset_keeps_order_classes_and_augmentation()
    {
        var data = Flowers(4).WithAugmentation(new RandomHorizontalFlip());
        var part = data.Subset([3, 0]);
        part.Names.Should().Equal("image 3", "image 0");
        part.Labels.Should().Equal(data.Labels[3], data.Labels[0]);
        part.ClassNames.Should().BeSameAs(data.ClassNames);
        part.Augmentations.Should().Equal(new RandomHorizontalFlip());
        data.Invoking(d => d.Subset([4])).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*4 images*");
    }

    [Fact]
    public void Only_backbones_for_images_are_served()
    {
        Flowers(2).Invoking(d => d.Prepare(null)).Should().Throw<ArgumentException>().WithMessage("*not described*");
        Flowers(2).Invoking(d => d.Prepare(new OtherSpec())).Should().Throw<ArgumentException>().WithMessage("*is OtherSpec*");
    }

    [Fact]
    public void A_batch_holds_what_the_transform_and_the_normaliser_give()
    {
        var images = Enumerable.Range(0, 3).Select(Noise).ToList();
        var source = ImageDataset.FromImages(images.Select((image, i) => (image, $"class {i}"))).Prepare(Spec);
        source.IsDeterministic.Should().BeTrue();
        source.Count.Should().Be(3);

        using var batch = source.Load([2, 0], new(1, 0));
        batch.Input.Values.shape.Should().Equal(2, 3, 6, 8);
        batch.Input.Values.dtype.Should().Be(ScalarType.Float32);
        batch.Target.dtype.Should().Be(ScalarType.Int64);
        batch.Target.data<long>().ToArray().Should().Equal(2, 0);

        var expected = new float[2 * 3 * 6 * 8];
        var normalizer = new PixelNormalizer(Spec);
        normalizer.Write(new EvaluationTransform(Spec).Apply(images[2]), expected.AsSpan(0, 144));
        normalizer.Write(new EvaluationTransform(Spec).Apply(images[0]), expected.AsSpan(144));
        Values(batch).Should().Equal(expected);
    }

    [Fact]
    public void Randomness_depends_on_seed_epoch_and_position_alone()
    {
        var data = Flowers(8).WithAugmentation(new RandomResizedCrop(), new RandomHorizontalFlip());
        var source = data.Prepare(Spec);
        source.IsDeterministic.Should().BeFalse();

        var whole = Load([0, 1, 2, 3, 4, 5, 6, 7], new(5, 2));
        whole.Should().Equal(Load([0, 1, 2, 3, 4, 5, 6, 7], new(5, 2)));
        Load([6], new(5, 2)).Should().Equal(whole[(6 * 144)..(7 * 144)], "the batch that an image comes in does not matter");
        whole.Should().NotEqual(Load([0, 1, 2, 3, 4, 5, 6, 7], new(5, 3)));
        whole.Should().NotEqual(Load([0, 1, 2, 3, 4, 5, 6, 7], new(6, 2)));

        var fromThreads = new float[8][];
        Parallel.For(0, 8, i => fromThreads[i] = Load([i], new(5, 2)));
        fromThreads.SelectMany(v => v).Should().Equal(whole);

        float[] Load(int[] indices, EpochSeed epoch)
        {
            using var batch = source.Load(indices, epoch);
            return Values(batch);
        }
    }

    [Fact]
    public void An_augmentation_may_leave_any_size()
    {
        var image = Noise(0);
        using var batch = ImageDataset.FromImages([(image, "a")]).WithAugmentation(new Halve()).Prepare(Spec).Load([0], default);
        var expected = new float[144];
        new PixelNormalizer(Spec).Write(new EvaluationTransform(Spec).Apply(image.Crop(0, 0, image.Width / 2, image.Height)), expected);
        Values(batch).Should().Equal(expected);
    }

    [Fact]
    public void A_broken_image_is_named_when_its_batch_is_loaded()
    {
        using var bitmap = new SKBitmap(4, 4);
        var source = ImageDataset.FromBytes([(bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray(), "good"), ([1, 2, 3], "bad")]).Prepare(Spec);
        using (source.Load([0], default)) { }
        source.Invoking(s => s.Load([0, 1], default)).Should().Throw<ImageFormatException>().WithMessage("'image 1' *");
    }

    private static ImageDataset Flowers(int count) => ImageDataset.FromImages(Enumerable.Range(0, count).Select(i => (Noise(i), i % 2 == 0 ? "rose" : "tulip")));

    private static RgbImage Noise(int seed) => new(20, 15, TestKit.Formula.Image($"noise {seed}", 15, 20, 3));

    private static float[] Values(Batch batch) => MemoryMarshal.Cast<byte, float>(batch.Input.Values.bytes).ToArray();

    private sealed record OtherSpec : InputSpec;

    private sealed class Halve : IAugmentation
    {
        public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random) => image.Crop(0, 0, image.Width / 2, image.Height);
    }
}
