using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TransferLearning.Vision.Tests;

public class EvaluationTransformTests
{
    private static readonly JsonElement Pipelines = GoldenImages.Read("pipelines.json");
    private static readonly JsonElement Rules = GoldenImages.Read("rules.json");

    // timm's border mode pads; transformers cut half an odd rest off the other side, which a squash to the final size never meets.
    private static readonly string[] NotOurs = ["timm_border_950", "transformers_clip"];

    [Fact]
    public void Formula_images_become_the_references_bytes_and_numbers() =>
        Check(c => c.TryGetProperty("formula", out _), GoldenImages.Formula);

    [SkippableFact]
    public void Photographs_become_the_references_bytes_and_numbers() => Check(
        c => c.TryGetProperty("file", out _),
        c => ImageDecoder.Decode(GoldenImages.DataFile(c.Text("file")), new() { Background = null, ApplyOrientation = false }));

    private static void Check(Func<JsonElement, bool> isOurs, Func<JsonElement, RgbImage> open)
    {
        var cases = Pipelines.GetProperty("cases").EnumerateArray()
            .Where(c => isOurs(c.GetProperty("input")) && !NotOurs.Contains(c.Text("pipeline"))).ToList();
        cases.Should().HaveCount(6 * 8);
        var images = cases.Select(c => c.GetProperty("input")).DistinctBy(i => i.GetRawText()).ToDictionary(i => i.GetRawText(), open);
        foreach (var c in cases)
        {
            var spec = Spec(Pipelines.GetProperty("pipelines").GetProperty(c.Text("pipeline")));
            var image = images[c.GetProperty("input").GetRawText()];
            var transform = new EvaluationTransform(spec);
            if (c.TryGetProperty("resized", out var resized))
                transform.ResizedSize(image.Width, image.Height).Should().Be((resized[0].GetInt64(), resized[1].GetInt64()));

            var cropped = transform.Apply(image);
            GoldenImages.Sha256(cropped).Should().Be(c.Sha256Of("sha256_cropped"), c.GetRawText());
            var values = new float[3 * 224 * 224];
            new PixelNormalizer(spec).Write(cropped, values);
            GoldenImages.Sha256(MemoryMarshal.AsBytes(values.AsSpan())).Should().Be(c.Sha256Of("sha256_float32"), c.GetRawText());
        }
    }

    private static ImageSpec Spec(JsonElement pipeline) => new()
    {
        ResizeMode = pipeline.TryGetProperty("resize_both", out var both) ? ResizeMode.Squash : ResizeMode.ShorterSide,
        ResizeSize = (both.ValueKind == JsonValueKind.Number ? both : pipeline.GetProperty("resize_shortest")).GetInt32(),
        Interpolation = pipeline.Filter("interpolation"),
        Mean = pipeline.GetProperty("mean_std")[0].Deserialize<float[]>()!,
        Std = pipeline.GetProperty("mean_std")[1].Deserialize<float[]>()!,
    };

    [SkippableFact]
    public void Photographs_for_EfficientNet_Lite0_match_at_every_stage()
    {
        var spec = new ImageSpec { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };
        foreach (var c in GoldenImages.Read("lite0_photos.json").GetProperty("input").EnumerateArray())
        {
            var file = c.Text("file");
            var image = ImageDecoder.Decode(GoldenImages.DataFile(file));
            (image.Width, image.Height).Should().Be((c.GetProperty("size")[0].GetInt32(), c.GetProperty("size")[1].GetInt32()), file);
            Sums(image).Should().Equal(Expected("decoded_sums_rgb"), file);

            var (width, height) = (c.GetProperty("resized")[0].GetInt32(), c.GetProperty("resized")[1].GetInt32());
            Sums(image.Resize(width, height, Interpolation.Bicubic)).Should().Equal(Expected("resized_sums_rgb"), file);
            EvaluationTransform.CropOffset(width, 224).Should().Be(c.GetProperty("crop_left_top")[0].GetInt64());

            var cropped = new EvaluationTransform(spec).Apply(image);
            Sums(cropped).Should().Equal(Expected("crop_sums_rgb"), file);
            var values = new float[3 * 224 * 224];
            new PixelNormalizer(spec).Write(cropped, values);
            values.Sum(v => (double)v).Should().BeApproximately(c.GetProperty("tensor_sum").GetDouble(), 1e-4, file);

            long[] Expected(string stage) => c.GetProperty(stage).Deserialize<long[]>()!;
        }
    }

    private static long[] Sums(RgbImage image)
    {
        var sums = new long[3];
        for (var i = 0; i < image.Pixels.Length; i++) sums[i % 3] += image.Pixels[i];
        return sums;
    }

    [Fact]
    public void The_longer_side_is_rounded_down()
    {
        foreach (var size in Rules.GetProperty("resize_shortest_edge").GetProperty("rows").EnumerateObject())
        {
            var transform = new EvaluationTransform(new() { ResizeSize = int.Parse(size.Name, CultureInfo.InvariantCulture) });
            foreach (var (i, row) in size.Value.EnumerateArray().Index())
                foreach (var (j, longer) in row.EnumerateArray().Index())
                {
                    transform.ResizedSize(i + 1, i + 1 + j).Should().Be((transform.Spec.ResizeSize, longer.GetInt64()));
                    transform.ResizedSize(i + 1 + j, i + 1).Should().Be((longer.GetInt64(), transform.Spec.ResizeSize));
                }
        }
    }

    [Fact]
    public void The_crop_offset_is_rounded_half_to_even()
    {
        foreach (var (d, offset) in Rules.GetProperty("crop_offset").GetProperty("torchvision_and_timm").EnumerateArray().Index())
            EvaluationTransform.CropOffset(224 + d, 224).Should().Be(offset.GetInt64());
    }

    [Fact]
    public void A_crop_larger_than_the_image_is_padded()
    {
        foreach (var row in Rules.GetProperty("crop_larger_than_image").GetProperty("rows").EnumerateArray())
            EvaluationTransform.PaddingBefore(row[0].GetInt32(), row[1].GetInt32()).Should().Be(row[2].GetInt32(), row.GetRawText());

        var white = new RgbImage(2, 2, [.. Enumerable.Repeat((byte)255, 12)]);
        var padded = new EvaluationTransform(new() { Width = 5, Height = 1, ResizeSize = 2 }).Apply(white);
        padded.Pixels.ToArray().Where((_, i) => i % 3 == 0).Should().Equal(0, 255, 255, 0, 0);
    }

    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(60_000, 1)]
    [InlineData(1, 1)]
    public void Extreme_images_take_no_more_memory_than_they_must(int width, int height)
    {
        var image = new RgbImage(width, height, [.. Enumerable.Repeat((byte)7, width * height * 3)]);
        foreach (var filter in Enum.GetValues<Interpolation>())
            new EvaluationTransform(new() { Interpolation = filter }).Apply(image).Pixels.IndexOfAnyExcept((byte)7).Should().Be(-1);
    }
}
