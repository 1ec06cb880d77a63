namespace TransferLearning.Vision;

/// <summary>What policies do to images; the names are those of the papers.</summary>
internal enum ImageOperation
{
    Identity,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    Brightness,
    Color,
    Contrast,
    Sharpness,
    Posterize,
    Solarize,
    AutoContrast,
    Equalize,
    Invert,
}
