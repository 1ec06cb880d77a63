namespace TransferLearning.Vision.Tests;

/// <summary>What holds of every augmentation.</summary>
public class AugmentationTests
{
    private static readonly ImageSpec Spec = new() { Width = 20, Height = 16, ResizeSize = 24 };

    private static readonly Dictionary<string, IAugmentation> All = new IAugmentation[]
    {
        new RandomHorizontalFlip(), new RandomVerticalFlip(), new RandomResizedCrop(), new RandomCrop { Padding = 4, Mode = PaddingMode.Reflect },
        new RandomRotation(170) { Interpolation = Interpolation.Bilinear, Expand = true }, new RandomPerspective { Probability = 1 },
        new RandomAffine(30)
        {
            TranslateX = 0.3, TranslateY = 0.2, MinScale = 0.5, MaxScale = 2, ShearX = 20, ShearY = 10, Interpolation = Interpolation.Bicubic,
        },
        new ColorJitter { Brightness = 0.5, Contrast = 0.5, Saturation = 0.5, Hue = 0.5 }, new RandomGrayscale { Probability = 1 },
        new GaussianBlur(9), new RandomErasing { Probability = 1, Noise = true }, new RandomInvert(), new RandomEqualize(),
        new RandomAutoContrast(), new RandomPosterize(3), new RandomSolarize(128), new RandomSharpness(2), new RandAugment(),
        new TrivialAugmentWide(), new AutoAugment(),
    }.ToDictionary(augmentation => augmentation.GetType().Name);

    private static readonly Dictionary<string, IAugmentation> Never = new IAugmentation[]
    {
        new RandomVerticalFlip { Probability = 0 }, new RandomPerspective { Probability = 0 }, new RandomGrayscale { Probability = 0 },
        new GaussianBlur(3) { Probability = 0 }, new RandomErasing { Probability = 0 }, new RandomInvert { Probability = 0 },
        new RandomEqualize { Probability = 0 }, new RandomAutoContrast { Probability = 0 }, new RandomPosterize(1) { Probability = 0 },
        new RandomSolarize(0) { Probability = 0 }, new RandomSharpness(3) { Probability = 0 }, new ColorJitter(),
    }.ToDictionary(augmentation => augmentation.GetType().Name);

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> NamesOfNever => [.. Never.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_random_numbers_give_the_same_image_and_others_another(string name)
    {
        var image = Image(40, 30).Map(value => value / 2 + 40);
        var results = Enumerable.Range(0, 8).Select(seed => Apply(seed)).ToList();
        results.Select(one => GoldenImages.Sha256(one)).Should().Equal(Enumerable.Range(0, 8).Select(seed => GoldenImages.Sha256(Apply(seed))));
        results.Any(result => !result.Pixels.SequenceEqual(image.Pixels)).Should().BeTrue("it changes something");

        RgbImage Apply(int seed)
        {
            var random = new SplitMix64((ulong)seed);
            return All[name].Apply(image, Spec, ref random);
        }
    }

    [Theory]
    [MemberData(nameof(NamesOfNever))]
    public void With_probability_0_the_image_stays(string name)
    {
        var (image, random) = (Image(9, 7), new SplitMix64(1));
        Never[name].Apply(image, Spec, ref random).Should().BeSameAs(image);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Images_of_odd_sizes_are_no_harm(string name)
    {
        foreach (var (width, height) in new[] { (1, 1), (2, 2), (1, 700), (700, 1), (3, 2) })
            for (var seed = 0UL; seed < 20; seed++)
            {
                var random = new SplitMix64(seed);
                var result = All[name].Apply(Image(width, height), Spec, ref random);
                new EvaluationTransform(Spec).Apply(result).Width.Should().Be(Spec.Width);
            }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_refused_by_name(string name)
    {
        var random = new SplitMix64(1);
        ((Action)(() => All[name].Apply(null!, Spec, ref random))).Should().Throw<ArgumentNullException>().WithParameterName("image");
    }

    [Fact]
    public void A_crop_shows_the_image_between_its_padding()
    {
        var image = Image(20, 16);
        for (var seed = 0UL; seed < 30; seed++)
        {
            var (random, same) = (new SplitMix64(seed), new SplitMix64(seed));
            var (top, left) = (same.NextInt(9), same.NextInt(9));
            var padded = image.Pad(4, 4, 4, 4, PaddingMode.Edge);
            new RandomCrop { Padding = 4, Mode = PaddingMode.Edge }.Apply(image, Spec, ref random).Pixels.ToArray()
                .Should().Equal(padded.Crop(left, top, 20, 16).Pixels.ToArray());
        }
    }

    [Fact]
    public void The_colours_change_in_every_order()
    {
        var image = Image(6, 5);
        var jitter = new ColorJitter { Brightness = 0.9, Contrast = 0.9 };
        var orders = Enumerable.Range(0, 40).Select(seed =>
        {
            var (random, same) = (new SplitMix64((ulong)seed), new SplitMix64((ulong)seed));
            Span<int> order = [0, 1, 2, 3];
            same.Shuffle(order);
            var (brightness, contrast) = (same.NextDouble(0.1, 1.9), same.NextDouble(0.1, 1.9));
            var expected = order.IndexOf(0) < order.IndexOf(1)
                ? image.AdjustBrightness(brightness).AdjustContrast(contrast)
                : image.AdjustContrast(contrast).AdjustBrightness(brightness);
            jitter.Apply(image, Spec, ref random).Pixels.ToArray().Should().Equal(expected.Pixels.ToArray());
            return order.IndexOf(0) < order.IndexOf(1);
        }).ToList();
        orders.Distinct().Should().HaveCount(2);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refused(() => new RandomVerticalFlip { Probability = 1.1 }, "*between 0 and 1*");
        Refused(() => new RandomRotation(-1), "*Degrees*between 0 and 360*");
        Refused(() => new RandomRotation(double.NaN), "*Degrees*");
        Refused(() => new RandomRotation(1) { Interpolation = Interpolation.Lanczos }, "*Nearest, Bilinear or Bicubic*");
        Refused(() => new RandomAffine(0) { TranslateX = 1.5 }, "*TranslateX*between 0 and 1*");
        Refused(() => new RandomAffine(0) { MinScale = 0 }, "*MinScale*above 0*");
        Refused(() => new RandomAffine(0) { ShearY = 90 }, "*ShearY*between 0 and 89*");
        Refused(() => new RandomPerspective { Distortion = 2 }, "*Distortion*");
        Refused(() => new ColorJitter { Hue = 0.6 }, "*Hue*between 0 and 0.5*");
        Refused(() => new ColorJitter { Contrast = double.PositiveInfinity }, "*Contrast*");
        Refused(() => new GaussianBlur(4), "*odd*");
        Refused(() => new GaussianBlur(3) { MaxSigma = double.NaN }, "*MaxSigma*above 0*");
        Refused(() => new RandomErasing { MinRatio = 0 }, "*MinRatio*above 0*");
        Refused(() => new RandomCrop { Padding = -1 }, "*Padding*between 0 and 4096*");
        Refused(() => new RandomCrop { Mode = (PaddingMode)9 }, "*no such value*");
        Refused(() => new RandomPosterize(9), "*Bits*between 0 and 8*");
        Refused(() => new RandomSolarize(-1), "*Threshold*");

        static void Refused(Func<IAugmentation> create, string message) =>
            create.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
    }

    private static RgbImage Image(int width, int height) => new(width, height, TestKit.Formula.Image("augmentation", height, width, 3));
}
