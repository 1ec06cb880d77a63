namespace TransferLearning.Vision;

/// <summary>What an image is continued with beyond its border; the names are torchvision's.</summary>
public enum PaddingMode
{
    /// <summary>One colour.</summary>
    Constant,

    /// <summary>The pixel at the border.</summary>
    Edge,

    /// <summary>The image mirrored, the pixel at the border once: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>The image mirrored, the pixel at the border twice: b a | a b c | c b.</summary>
    Symmetric,
}
