using System.Text.Json.Serialization;

namespace TransferLearning.Vision;

/// <summary>How an image is brought near its final size before the centre crop.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResizeMode>))]
public enum ResizeMode
{
    /// <summary>The shorter side becomes <see cref="ImageSpec.ResizeSize"/>, the longer one keeps the ratio, rounded down.</summary>
    ShorterSide,

    /// <summary>Both sides become <see cref="ImageSpec.ResizeSize"/>; the ratio is lost.</summary>
    Squash,
}
