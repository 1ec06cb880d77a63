using System.Text.Json;

namespace TransferLearning.Vision.Tests;

public class RandomResizedCropTests
{
    private static readonly JsonElement Golden = GoldenImages.Read("regions.json").GetProperty("random_resized_crop");

    [Fact]
    public void Sizes_follow_from_the_draws_as_in_torchvision()
    {
        foreach (var row in Golden.GetProperty("trials").GetProperty("rows").EnumerateArray())
        {
            var (height, width) = (row[0].GetInt32(), row[1].GetInt32());
            var size = RandomResizedCrop.Size(width, height, row[2].GetDouble(), row[3].GetDouble());
            size.Should().Be((row[5].GetInt32(), row[4].GetInt32()), row.GetRawText());
            (RandomResizedCrop.Fits(size.Width, width) && RandomResizedCrop.Fits(size.Height, height)).Should().Be(row[6].GetBoolean());
        }
    }

    [Fact]
    public void The_fallback_is_torchvisions_centre_part()
    {
        foreach (var row in Golden.GetProperty("fallback").GetProperty("rows").EnumerateArray())
            new RandomResizedCrop().Fallback(row[1].GetInt32(), row[0].GetInt32())
                .Should().Be((row[3].GetInt32(), row[2].GetInt32(), row[5].GetInt32(), row[4].GetInt32()), row.GetRawText());
    }

    [Fact]
    public void Regions_are_distributed_as_torchvisions()
    {
        foreach (var c in Golden.GetProperty("statistics").EnumerateArray())
        {
            var (height, width) = (c.Number("height"), c.Number("width"));
            var (scale, ratio) = (c.GetProperty("scale"), c.GetProperty("ratio"));
            var crop = new RandomResizedCrop
            {
                MinScale = scale[0].GetDouble(), MaxScale = scale[1].GetDouble(), MinRatio = ratio[0].GetDouble(),
                    MaxRatio = ratio[1].GetDouble(),
            };
            var random = new SplitMix64(7);
            var regions = Enumerable.Range(0, 10_000).Select(_ => crop.Region(width, height, ref random)).ToList();
            regions.Should().OnlyContain(
                r => r.Left >= 0 && r.Top >= 0 && r.Width > 0 && r.Height > 0 && r.Left + r.Width <= width && r.Top + r.Height <= height);

            foreach (var statistic in c.GetProperty("statistics").EnumerateArray())
                regions.Average(r => Quantity(statistic.Text("quantity"), r)).Should()
                    .BeApproximately(
                        statistic.GetProperty("mean").GetDouble(), statistic.GetProperty("tolerance_of_mean").GetDouble(), statistic.GetRawText());

            double Quantity(string name, (int Left, int Top, int Width, int Height) r) => name switch
            {
                "h*w / (H*W)" => (double)r.Height * r.Width / (height * width),
                "ln(w/h)" => Math.Log((double)r.Width / r.Height),
                "h" => r.Height,
                "w" => r.Width,
                "(i + h/2) / H" => (r.Top + r.Height / 2.0) / height,
                _ => (r.Left + r.Width / 2.0) / width,
            };
        }
    }

    [Fact]
    public void The_part_is_cut_out_before_it_is_resized()
    {
        var image = new RgbImage(50, 40, TestKit.Formula.Image("crop", 40, 50, 3));
        var spec = new ImageSpec { Width = 20, Height = 10 };
        var (random, same) = (new SplitMix64(1), new SplitMix64(1));
        var crop = new RandomResizedCrop();
        var (left, top, width, height) = crop.Region(50, 40, ref same);
        crop.Apply(image, spec, ref random).Pixels.ToArray()
            .Should().Equal(image.Crop(left, top, width, height).Resize(20, 10, Interpolation.Bicubic).Pixels.ToArray());
    }

    [Fact]
    public void Impossible_limits_are_refused()
    {
        ((Action)(() => _ = new RandomResizedCrop { MinScale = 0 })).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("*share of the area*");
        ((Action)(() => _ = new RandomResizedCrop { MaxScale = 1.1 })).Should().Throw<ArgumentOutOfRangeException>();
        ((Action)(() => _ = new RandomResizedCrop { MinRatio = -1 })).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*ratio*");
        ((Action)(() => _ = new RandomResizedCrop { MaxRatio = double.PositiveInfinity })).Should().Throw<ArgumentOutOfRangeException>();
    }
}
