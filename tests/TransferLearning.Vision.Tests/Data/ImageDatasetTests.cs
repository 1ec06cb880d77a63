using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
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
        data.Targets.Names.Should().Equal("Aster", "rose");
        Labels(data).Should().Equal(1, 0, 1);
        data.Names.Should().Equal("image 0", "image 1", "image 2");

        ImageDataset.FromImages([(Noise(0), "rose")], ["rose", "tulip", "aster"]).Targets.Names.Should().Equal("rose", "tulip", "aster");
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
        ((Action)(() => ImageDataset.FromImages(Array.Empty<(RgbImage, string)>()))).Should().Throw<ArgumentException>()
            .WithMessage("*at least one image*");
        ((Action)(() => ImageDataset.FromFiles([("a.jpg", "rose")], ["tulip", "aster"])))
            .Should().Throw<ArgumentException>().WithMessage("'a.jpg' is of class 'rose'*tulip, aster*");
        ((Action)(() => ImageDataset.FromFiles([("a.jpg", "rose")], ["rose", "rose"]))).Should().Throw<ArgumentException>()
            .WithMessage("*'rose' twice*");
    }

    [Fact]
    public void A_subset_keeps_order_classes_and_augmentation()
    {
        var data = Flowers(4).WithAugmentation(new RandomHorizontalFlip());
        var part = data.Subset([3, 0]);
        part.Names.Should().Equal("image 3", "image 0");
        Labels(part).Should().Equal(Labels(data)[3], Labels(data)[0]);
        part.Targets.Names.Should().BeSameAs(data.Targets.Names);
        part.Augmentations.Should().Equal(new RandomHorizontalFlip());
        data.Invoking(d => d.Subset([4])).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*4 examples*");
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
        batch.Target.Values.dtype.Should().Be(ScalarType.Int64);
        batch.Target.Values.data<long>().ToArray().Should().Equal(2, 0);

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
        var source = ImageDataset.FromBytes([(Encoded(), "good"), ([1, 2, 3], "bad")]).Prepare(Spec);
        using (source.Load([0], default)) { }
        source.Invoking(s => s.Load([0, 1], default)).Should().Throw<ImageFormatException>().WithMessage("'image 1' *");
    }

    [Fact]
    public void Several_labels_values_and_the_image_itself_are_targets()
    {
        RgbImage[] images = [Noise(0), Noise(1), Noise(2)];
        var labels = ImageDataset.FromImages(images, Targets.Labels([["red", "round"], [], ["round"]]));
        using (var batch = labels.Subset([2, 0]).Prepare(Spec).Load([0, 1], default))
            batch.Target.Values.data<float>().ToArray().Should().Equal(0, 1, 1, 1);

        var values = ImageDataset.FromBytes([Encoded(), Encoded()], Targets.Values([[0.5f], [2]], ["age"]));
        using (var batch = values.Prepare(Spec).Load([1, 0], default)) batch.Target.Values.data<float>().ToArray().Should().Equal(2, 0.5f);

        var own = ImageDataset.FromImages(images).WithAugmentation(new RandomHorizontalFlip());
        own.Targets.Should().BeOfType<InputTargets>();
        using (var batch = own.Prepare(Spec).Load([1, 2], default))
        {
            batch.Target.Values.shape.Should().Equal(2, 3, 6, 8);
            batch.Target.Values.bytes.SequenceEqual(batch.Input.Values.bytes).Should()
                .BeTrue("the target is the image as the backbone gets it");
        }
    }

    [Fact]
    public void Targets_that_are_not_of_the_images_are_refused()
    {
        FluentActions.Invoking(() => ImageDataset.FromFiles(["a.jpg"], Targets.Values([[1], [2]], ["age"]))).Should()
            .Throw<ArgumentException>().WithMessage("*1 images and 2 targets*");
        FluentActions.Invoking(() => ImageDataset.FromFiles(["a.jpg"], new UnlistedTargets("age"))).Should().Throw<ArgumentException>()
            .WithMessage("*are listed*");
        FluentActions.Invoking(() => ImageDataset.FromFiles([null!], new InputTargets())).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void The_checksum_tells_other_files_bytes_and_targets_apart()
    {
        using var folder = new TestKit.TemporaryFolder();
        string[] files = [folder.Write("a.png", Encoded()), folder.Write("b.png", Encoded())];
        var ofFiles = ImageDataset.FromFiles(files.Select(file => (file, "rose")), ["rose", "tulip"]);
        var before = ofFiles.Checksum;
        ImageDataset.FromFiles(files.Select(file => (file, "rose")), ["rose", "tulip"]).Checksum.Should().Be(before);
        ofFiles.Subset([1, 0]).Checksum.Should().NotBe(before);
        ImageDataset.FromFiles(files.Select(file => (file, "tulip")), ["rose", "tulip"]).Checksum.Should().NotBe(before);
        File.SetLastWriteTimeUtc(files[0], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        ofFiles.Checksum.Should().NotBe(before);

        Flowers(2).Checksum.Should().Be(Flowers(2).Checksum)
            .And.NotBe(ImageDataset.FromImages([(Noise(0), "rose"), (Noise(2), "tulip")]).Checksum);
        ImageDataset.FromBytes([[1, 2]]).Checksum.Should().NotBe(ImageDataset.FromBytes([[1, 3]]).Checksum);
    }

    [Fact]
    public void Files_are_decoded_as_the_input_says()
    {
        using var bitmap = new SKBitmap(8, 8, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var i = 0; i < 64; i++) bitmap.SetPixel(i % 8, i / 8, new SKColor(200, 100, 0, 51));
        var data = ImageDataset.FromBytes([bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray()]);
        Red(new()).Should().Be(244);
        Red(new() { Background = new(0, 0, 0) }).Should().Be(40);
        Red(new() { Background = null }).Should().Be(200);

        int Red(ImageDecodeOptions decoding)
        {
            using var batch = data.Prepare(Spec with { Decoding = decoding }).Load([0], default);
            return (int)MathF.Round((Values(batch)[0] * Spec.Std[0] + Spec.Mean[0]) * 255);
        }
    }

    private static byte[] Encoded()
    {
        using var bitmap = new SKBitmap(4, 4);
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }

    private static IReadOnlyList<int> Labels(ImageDataset data) => ((ClassTargets)data.Targets).Indices;

    private static ImageDataset Flowers(int count) =>
        ImageDataset.FromImages(Enumerable.Range(0, count).Select(i => (Noise(i), i % 2 == 0 ? "rose" : "tulip")));

    private static RgbImage Noise(int seed) => new(20, 15, TestKit.Formula.Image($"noise {seed}", 15, 20, 3));

    private static float[] Values(Batch batch) => MemoryMarshal.Cast<byte, float>(batch.Input.Values.bytes).ToArray();

    private sealed record OtherSpec : InputSpec
    {
        public override JsonObject ToJson() => [];
    }

    private sealed class Halve : IAugmentation
    {
        public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random) => image.Crop(0, 0, image.Width / 2, image.Height);
    }
}
