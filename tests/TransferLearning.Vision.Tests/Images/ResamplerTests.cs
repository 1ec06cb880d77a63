namespace TransferLearning.Vision.Tests;

public class ResamplerTests
{
    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Box)]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Hamming)]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Lanczos)]
    public void Resize_gives_Pillows_bytes(Interpolation filter)
    {
        var cases = GoldenImages.Read("resize.json").GetProperty("cases").EnumerateArray()
            .Where(c => c.Filter("filter") == filter && !c.TryGetProperty("box", out _) && !c.TryGetProperty("reducing_gap", out _))
            .Where(c => c.GetProperty("input").GetProperty("shape")[2].GetInt32() is 1 or 3)
            .ToList();
        cases.Should().HaveCount(20);
        foreach (var c in cases)
        {
            var image = GoldenImages.Formula(c.GetProperty("input"));
            var resized = image.Resize(c.GetProperty("size")[0].GetInt32(), c.GetProperty("size")[1].GetInt32(), filter);
            GoldenImages.Sha256(resized, c.GetProperty("input").GetProperty("shape")[2].GetInt32()).Should()
                .Be(c.Sha256Of(), c.GetRawText());
        }
    }

    [Fact]
    public void Weights_are_Pillows_integers()
    {
        foreach (var c in GoldenImages.Read("resize.json").GetProperty("coefficients").EnumerateArray())
        {
            var weights = new ResampleWeights(c.Number("from"), ResizedAxis.Whole(c.Number("to")), c.Filter("filter"));
            foreach (var (pixel, row) in c.GetProperty("rows").EnumerateArray().Index())
            {
                weights.First(pixel).Should().Be(row.Number("first") - weights.Start);
                weights.Of(pixel).ToArray().Should().Equal(row.GetProperty("integers").EnumerateArray().Select(v => v.GetInt32()));
            }
        }
    }

    [Fact]
    public void Nearest_adds_the_step_up()
    {
        foreach (var row in GoldenImages.Read("resize.json").GetProperty("nearest_by_addition").GetProperty("rows").EnumerateArray())
        {
            var (size, target, at) = (row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt32());
            var ramp = new RgbImage(size, 1, [.. Enumerable.Range(0, size).SelectMany(i => new[] { (byte)i, (byte)0, (byte)0 })]);
            ((int)ramp.Resize(target, 1, Interpolation.Nearest).Pixels[at * 3]).Should().Be(row[3].GetInt32());
        }
    }

    [Theory]
    [InlineData(90, 40, 30, 20)]
    [InlineData(20, 300, 19, 30)]
    [InlineData(50, 40, 120, 70)]
    [InlineData(50, 40, 50, 23)]
    public void A_part_equals_the_same_part_of_the_whole(int width, int height, int newWidth, int newHeight)
    {
        var image = new RgbImage(width, height, TestKit.Formula.Image("part", height, width, 3));
        foreach (var filter in Enum.GetValues<Interpolation>())
        {
            var whole = Resampler.Resize(image, ResizedAxis.Whole(newWidth), ResizedAxis.Whole(newHeight), filter);
            var part = Resampler.Resize(image, new(newWidth, 5, 11), new(newHeight, 3, 13), filter);
            part.Pixels.SequenceEqual(whole.Crop(5, 3, 11, 13).Pixels).Should().BeTrue($"{filter} computes pixels one by one");
        }
    }

    [Fact]
    public void An_even_image_stays_even()
    {
        var image = new RgbImage(31, 17, [.. Enumerable.Repeat((byte)201, 31 * 17 * 3)]);
        foreach (var filter in Enum.GetValues<Interpolation>())
            image.Resize(200, 3, filter).Pixels.ToArray().Should().OnlyContain(v => v == 201, filter.ToString());
    }

    [Fact]
    public void The_same_size_gives_the_same_image()
    {
        var image = new RgbImage(2, 1, new byte[6]);
        image.Resize(2, 1, Interpolation.Lanczos).Should().BeSameAs(image);
    }

    [Fact]
    public void Bad_sizes_and_filters_are_refused()
    {
        var image = new RgbImage(2, 1, new byte[6]);
        image.Invoking(i => i.Resize(0, 1, Interpolation.Box)).Should().Throw<ArgumentOutOfRangeException>();
        image.Invoking(i => i.Resize(1, -1, Interpolation.Box)).Should().Throw<ArgumentOutOfRangeException>();
        image.Invoking(i => i.Resize(50_000, 50_000, Interpolation.Box)).Should().Throw<ArgumentException>().WithMessage("*50000x50000*");
        image.Invoking(i => i.Resize(3, 3, (Interpolation)77)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
