using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransferLearning.Vision;

/// <summary>
/// How a backbone wants its images: decoded, resized, cropped to the centre, and normalised as <c>(value / 255 - mean) / std</c>.
/// Equal specs have equal values.
/// </summary>
/// <remarks>The defaults are those of most ImageNet models: 224x224 out of 256, bicubic, ImageNet's mean and deviation.</remarks>
public sealed record ImageSpec : InputSpec
{
    // A saved model may come from anywhere: no more memory than this for an image, and no number that is not finite.
    private const int MaxPixels = 4096;
    private const float MinStd = 1e-6f, MaxMean = 1e6f;

    /// <summary>Rows of the input, 1 to 4096. Default 224.</summary>
    public int Height { get; init => field = Pixels(value, nameof(Height)); } = 224;

    /// <summary>Columns of the input, 1 to 4096. Default 224.</summary>
    public int Width { get; init => field = Pixels(value, nameof(Width)); } = 224;

    /// <summary>
    /// Length in pixels to which the image is resized before the centre crop, 1 to 4096; see <see cref="ResizeMode"/>. Default 256.
    /// </summary>
    public int ResizeSize { get; init => field = Pixels(value, nameof(ResizeSize)); } = 256;

    /// <summary>Which side is resized. Default: the shorter one.</summary>
    public ResizeMode ResizeMode
    {
        get;
        init => field = Ranges.Defined(value, nameof(ResizeMode));
    } = ResizeMode.ShorterSide;

    /// <summary>The resampling filter, always antialiased. Default bicubic.</summary>
    public Interpolation Interpolation
    {
        get;
        init => field = Ranges.Defined(value, nameof(Interpolation));
    } = Interpolation.Bicubic;

    /// <summary>Mean of red, green and blue values in 0 to 1. Default: ImageNet's.</summary>
    public IReadOnlyList<float> Mean { get; init => field = Channels(value, nameof(Mean)); } = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of red, green and blue values in 0 to 1, at least 0.000001. Default: ImageNet's.</summary>
    public IReadOnlyList<float> Std
    {
        get;
        init => field = Channels(value, nameof(Std)) is var std && std.All(s => s >= MinStd)
            ? std
            : throw new ArgumentException("The standard deviation of each channel must be at least 0.000001.", nameof(Std));
    } = [0.229f, 0.224f, 0.225f];

    /// <summary>How files are decoded. Default: turned upright, over white.</summary>
    public ImageDecodeOptions Decoding { get; init => field = value ?? throw new ArgumentNullException(nameof(Decoding)); } = new();

    /// <summary>A square input of that size that shows the same share of the image.</summary>
    internal ImageSpec Resized(int size) =>
        this with { Height = size, Width = size, ResizeSize = (int)Math.Round((double)size * ResizeSize / Height) };

    /// <summary>The input of a backbone that reads images, for predictions.</summary>
    /// <exception cref="ArgumentException">It reads no images.</exception>
    internal static ImageSpec Of(IPretrainedBackbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return backbone.Info.Input as ImageSpec ?? throw new ArgumentException(
            $"The backbone '{backbone.Info.Id}' does not say how it wants images: take one of this library, or set its "
            + "BackboneInfo.Input.", nameof(backbone));
    }

    /// <summary>
    /// A square input cut out of an image resized to <c>floor(size / cropFraction)</c>: the rule of timm's <c>crop_pct</c>.
    /// </summary>
    /// <param name="size">Rows and columns of the input.</param>
    /// <param name="cropFraction">Share of the resized image's shorter side that the input shows, above 0 and up to 1.</param>
    public static ImageSpec FromCropFraction(int size, double cropFraction) =>
        cropFraction is > 0 and <= 1
            ? new() { Height = size, Width = size, ResizeSize = (int)Math.Floor(size / cropFraction) }
            : throw new ArgumentOutOfRangeException(nameof(cropFraction), cropFraction, "The crop fraction must be above 0 and at most 1.");

    /// <inheritdoc/>
    public override JsonObject ToJson() => JsonSerializer.SerializeToNode(this, ImageSpecJson.Default.ImageSpec)!.AsObject();

    /// <summary>Makes a specification of what <see cref="ToJson"/> wrote. A value that is not there has its default.</summary>
    /// <exception cref="JsonException">A value is of another kind than it is to be.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static ImageSpec Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var whole = new ImageSpec().ToJson();
        Take(json, whole);
        return whole.Deserialize(ImageSpecJson.Default.ImageSpec)!;

        static void Take(JsonObject given, JsonObject whole)
        {
            foreach (var (name, value) in given)
                if (value is JsonObject part && whole[name] is JsonObject known) Take(part, known);
                else whole[name] = value?.DeepClone();
        }
    }

    /// <summary>Compares all values, those of <see cref="Mean"/> and <see cref="Std"/> one by one.</summary>
    public bool Equals(ImageSpec? other) =>
        other is not null
        && (Height, Width, ResizeSize, ResizeMode, Interpolation, Decoding)
            == (other.Height, other.Width, other.ResizeSize, other.ResizeMode, other.Interpolation, other.Decoding)
        && Mean.SequenceEqual(other.Mean)
        && Std.SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Height, Width, ResizeSize, ResizeMode, Interpolation, Decoding, Mean[0], Std[0]);

    private static int Pixels(int value, string name) =>
        value is > 0 and <= MaxPixels
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 to {MaxPixels} pixels.");

    private static IReadOnlyList<float> Channels(IReadOnlyList<float> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Count == RgbImage.Channels && values.All(value => MathF.Abs(value) <= MaxMean)
            ? [.. values]
            : throw new ArgumentException($"{name} takes three numbers from -1000000 to 1000000: red, green, blue.", name);
    }
}

/// <summary>Reads and writes them without reflection. What is not in the JSON would be 0 or null, whatever the default.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, Converters = [typeof(EnumName<ResizeMode>), typeof(EnumName<Interpolation>)])]
[JsonSerializable(typeof(ImageSpec))]
internal sealed partial class ImageSpecJson : JsonSerializerContext
{
    private sealed class EnumName<T>() : JsonStringEnumConverter<T>(
        JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
}
