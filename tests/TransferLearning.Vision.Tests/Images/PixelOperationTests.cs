using System.Text.Json;

namespace TransferLearning.Vision.Tests;

public class PixelOperationTests
{
    private static readonly JsonElement Golden = GoldenImages.Read("augment.json");

    private static readonly RgbImage[] Odd =
    [
        new(1, 1, [7, 200, 90]), new(1, 400, TestKit.Formula.Image("tall", 400, 1, 3)), new(400, 1, TestKit.Formula.Image("long", 1, 400, 3)),
        new(2, 3, new byte[18]),
    ];

    public static TheoryData<string> Operations => [.. Golden.GetProperty("calls").EnumerateArray().Select(call => call.Text("op")).Distinct()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Bytes_are_those_of_torchvision_on_Pillow(string operation)
    {
        foreach (var call in Golden.GetProperty("calls").EnumerateArray().Where(call => call.Text("op") == operation))
        {
            var image = GoldenImages.Input(Golden.GetProperty("images").GetProperty(call.Text("image")));
            var channels = call.TryGetProperty("num_output_channels", out var count) ? count.GetInt32() : 3;
            GoldenImages.Sha256(Apply(image, call), channels).Should().Be(call.Sha256Of(), call.GetRawText());
        }
    }

    [Fact]
    public void Greys_are_rounded_as_Pillows()
    {
        foreach (var row in Golden.GetProperty("grey_traps").GetProperty("rows").EnumerateArray())
            Luminance.Of(row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt32()).Should().Be(row[3].GetByte(), row.GetRawText());
    }

    [Fact]
    public void Perspectives_have_torchvisions_coefficients()
    {
        foreach (var call in Golden.GetProperty("calls").EnumerateArray().Where(call => call.Text("op") == "perspective"))
            PerspectiveMatrix.Between(Points(call, "startpoints"), Points(call, "endpoints"))!.Coefficients
                .Should().Equal(call.GetProperty("coefficients").EnumerateArray().Select(value => value.GetSingle()));
    }

    [Fact]
    public void Corners_on_a_line_have_no_perspective() =>
        PerspectiveMatrix.Between([(0, 0), (9, 0), (9, 9), (0, 9)], [(0, 0), (1, 1), (2, 2), (3, 3)]).Should().BeNull();

    [Theory]
    [MemberData(nameof(Operations))]
    public void Odd_sizes_are_no_harm(string operation)
    {
        if (operation is "crop" or "resized_crop") return;
        foreach (var call in Golden.GetProperty("calls").EnumerateArray().Where(call => call.Text("op") == operation))
            foreach (var image in Odd)
                Apply(image, call).Width.Should().BePositive();
    }

    private static RgbImage Apply(RgbImage image, JsonElement call) => call.Text("op") switch
    {
        "hflip" => image.FlipHorizontal(),
        "vflip" => image.FlipVertical(),
        "invert" => image.Invert(),
        "equalize" => image.Equalize(),
        "autocontrast" => image.AutoContrast(),
        "grayscale" => image.Grayscale(),
        "crop" => Crop(image, call),
        "center_crop" => CentreCrop(image, call),
        "pad" => Pad(image, call),
        "resized_crop" => Crop(image, call).Resize(Item(call, "size", 1), Item(call, "size", 0), call.Filter("interpolation")),
        "rotate" => image.Rotate(
            Real(call, "angle"), call.Filter("interpolation"), Fill(call), call.GetProperty("expand").GetBoolean(), Centre(call)),
        "affine" => image.Through(
            AffineMatrix.Of(
                Real(call, "angle"), Pair(call.GetProperty("translate")), Real(call, "scale"), Pair(call.GetProperty("shear")),
                Centre(call) ?? (image.Width / 2.0, image.Height / 2.0)),
            call.Filter("interpolation"), Fill(call), (image.Width, image.Height)),
        "perspective" => image.Through(
            PerspectiveMatrix.Between(Points(call, "startpoints"), Points(call, "endpoints"))!, call.Filter("interpolation"), Fill(call),
            (image.Width, image.Height)),
        "brightness" => image.AdjustBrightness(Real(call, "brightness_factor")),
        "contrast" => image.AdjustContrast(Real(call, "contrast_factor")),
        "saturation" => image.AdjustSaturation(Real(call, "saturation_factor")),
        "sharpness" => image.AdjustSharpness(Real(call, "sharpness_factor")),
        "hue" => image.AdjustHue(Real(call, "hue_factor")),
        "gamma" => image.AdjustGamma(Real(call, "gamma"), Real(call, "gain")),
        "solarize" => image.Solarize(Real(call, "threshold")),
        "posterize" => image.Posterize(call.Number("bits")),
        "gaussian_blur" => Blur(image, call),
        var other => throw new ArgumentException(other),
    };

    private static RgbImage Crop(RgbImage image, JsonElement call)
    {
        // torchvision fills what lies outside of the image with black.
        const int margin = 24;
        return image.Pad(margin, margin, margin, margin, PaddingMode.Constant)
            .Crop(call.Number("left") + margin, call.Number("top") + margin, call.Number("width"), call.Number("height"));
    }

    private static RgbImage CentreCrop(RgbImage image, JsonElement call)
    {
        var (height, width) = (Item(call, "output_size", 0), Item(call, "output_size", 1));
        var (more, taller) = (Math.Max(0, width - image.Width), Math.Max(0, height - image.Height));
        var padded = image.Pad(more / 2, taller / 2, (more + 1) / 2, (taller + 1) / 2, PaddingMode.Constant);
        return padded.Crop(
            (int)EvaluationTransform.CropOffset(padded.Width, width), (int)EvaluationTransform.CropOffset(padded.Height, height), width, height);
    }

    private static RgbImage Pad(RgbImage image, JsonElement call)
    {
        var fill = (byte)call.Number("fill");
        return image.Pad(
            Item(call, "padding", 0), Item(call, "padding", 1), Item(call, "padding", 2), Item(call, "padding", 3),
            Enum.Parse<PaddingMode>(call.Text("padding_mode"), ignoreCase: true), new(fill, fill, fill));
    }

    private static RgbImage Blur(RgbImage image, JsonElement call)
    {
        var (columns, rows) = (Item(call, "kernel_size", 0), Item(call, "kernel_size", 1));
        var (x, y) = call.GetProperty("sigma").ValueKind == JsonValueKind.Null
            ? (0.15 * columns + 0.35, 0.15 * rows + 0.35)
            : Pair(call.GetProperty("sigma"));
        return image.Blur(columns, rows, x, y);
    }

    private static double Real(JsonElement call, string name) => call.GetProperty(name).GetDouble();

    private static int Item(JsonElement call, string name, int index) => call.GetProperty(name)[index].GetInt32();

    private static (double X, double Y) Pair(JsonElement pair) => (pair[0].GetDouble(), pair[1].GetDouble());

    private static (double X, double Y)? Centre(JsonElement call) => call.TryGetProperty("center", out var centre) ? Pair(centre) : null;

    private static RgbColor Fill(JsonElement call) =>
        call.GetProperty("fill") is { ValueKind: JsonValueKind.Array } fill ? new(fill[0].GetByte(), fill[1].GetByte(), fill[2].GetByte()) : default;

    private static (int X, int Y)[] Points(JsonElement call, string name) =>
        [.. call.GetProperty(name).EnumerateArray().Select(point => (point[0].GetInt32(), point[1].GetInt32()))];
}
