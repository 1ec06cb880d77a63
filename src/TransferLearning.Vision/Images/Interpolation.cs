using System.Text.Json.Serialization;

namespace TransferLearning.Vision;

/// <summary>
/// Resampling filters, as Pillow defines them: when an image shrinks the filter grows with the factor, so the result is antialiased.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<Interpolation>))]
public enum Interpolation
{
    /// <summary>The nearest pixel, without antialiasing.</summary>
    Nearest,

    /// <summary>Mean of the pixels under a box.</summary>
    Box,

    /// <summary>Triangle filter, support 1.</summary>
    Bilinear,

    /// <summary>Hamming-windowed sinc, support 1.</summary>
    Hamming,

    /// <summary>Keys' cubic with a = -0.5, support 2.</summary>
    Bicubic,

    /// <summary>Lanczos-windowed sinc, support 3.</summary>
    Lanczos,
}
