using System.Text.Json.Serialization;

namespace TransferLearning.Vision;

/// <summary>
/// How image files are turned into pixels. Part of an <see cref="ImageSpec"/>, so that a model decodes at prediction as at training.
/// </summary>
public sealed record ImageDecodeOptions
{
    /// <summary>
    /// Colour that shows through transparent pixels. Default white. Null drops the transparency and shows the hidden colours,
    /// as <c>convert("RGB")</c> of Pillow does, and so torchvision and timm.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] // Null is a choice, and not the default.
    public RgbColor? Background { get; init; } = new(255, 255, 255);

    /// <summary>Turns the picture upright as its EXIF or XMP orientation says. Default true; torchvision and timm do not.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>
    /// Largest number of pixels; a header that promises more is refused before memory is taken.
    /// Default 178,956,970, where Pillow refuses; at most 500,000,000, which one array can hold.
    /// </summary>
    public long MaxPixels
    {
        get;
        init => field = value is > 0 and <= 500_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxPixels), value, "The limit lies between 1 and 500,000,000 pixels.");
    } = 178_956_970;

    /// <summary>
    /// Takes what can be read of a truncated or damaged file and leaves the rest blank, instead of refusing it. Default false.
    /// </summary>
    public bool Tolerant { get; init; }
}
