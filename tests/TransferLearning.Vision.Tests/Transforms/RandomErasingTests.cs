using System.Text.Json;

namespace TransferLearning.Vision.Tests;

public class RandomErasingTests
{
    private static readonly JsonElement Golden = GoldenImages.Read("regions.json").GetProperty("random_erasing");

    [Fact]
    public void Sizes_follow_from_the_draws_as_in_torchvision()
    {
        foreach (var row in Golden.GetProperty("trials").GetProperty("rows").EnumerateArray())
        {
            var (height, width) = (row[0].GetInt32(), row[1].GetInt32());
            var size = RandomErasing.Size(width, height, row[2].GetDouble(), row[3].GetDouble());
            size.Should().Be((row[5].GetInt32(), row[4].GetInt32()), row.GetRawText());
            (RandomErasing.Fits(size.Width, width) && RandomErasing.Fits(size.Height, height)).Should().Be(row[6].GetBoolean());
        }
    }

    [Fact]
    public void Rectangles_are_distributed_as_torchvisions()
    {
        foreach (var c in Golden.GetProperty("statistics").EnumerateArray())
        {
            var (height, width) = (c.Number("height"), c.Number("width"));
            var (scale, ratio) = (c.GetProperty("scale"), c.GetProperty("ratio"));
            var erasing = new RandomErasing
            {
                MinScale = scale[0].GetDouble(), MaxScale = scale[1].GetDouble(), MinRatio = ratio[0].GetDouble(),
                MaxRatio = ratio[1].GetDouble(),
            };
            var random = new SplitMix64(11);
            var regions = Enumerable.Range(0, 10_000).Select(_ => erasing.Region(width, height, ref random)).OfType<(int, int, int, int)>()
                .Select(region => (Left: region.Item1, Top: region.Item2, Width: region.Item3, Height: region.Item4)).ToList();
            foreach (var statistic in c.GetProperty("statistics").EnumerateArray())
                regions.Average(r => statistic.Text("quantity") switch
                {
                    "h*w / (H*W)" => (double)r.Height * r.Width / (height * width),
                    "ln(h/w)" => Math.Log((double)r.Height / r.Width),
                    "i" => r.Top,
                    "j" => r.Left,
                    var other => throw new ArgumentException(other),
                }).Should().BeApproximately(
                    statistic.GetProperty("mean").GetDouble(), statistic.GetProperty("tolerance_of_mean").GetDouble(), statistic.GetRawText());
        }
    }

    [Fact]
    public void The_rectangle_alone_is_filled_with_the_mean()
    {
        var image = new RgbImage(30, 20, TestKit.Formula.Image("erased", 20, 30, 3));
        var (random, same) = (new SplitMix64(3), new SplitMix64(3));
        same.NextDouble();
        var erasing = new RandomErasing { Probability = 1 };
        var (left, top, width, height) = erasing.Region(30, 20, ref same)!.Value;
        var erased = erasing.Apply(image, new ImageSpec(), ref random);
        for (var y = 0; y < 20; y++)
            for (var x = 0; x < 30; x++)
                erased.Pixel(x, y).ToArray().Should().Equal(
                    x >= left && x < left + width && y >= top && y < top + height ? [124, 116, 104] : image.Pixel(x, y).ToArray());
    }
}
