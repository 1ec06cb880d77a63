namespace TransferLearning.Vision;

/// <summary>
/// How many views of an image a classifier asks its model about. The answer is the mean of theirs (test-time augmentation): often a little
/// better, and so many times slower.
/// </summary>
public enum TestViews
{
    /// <summary>The centre, as in evaluation.</summary>
    One,

    /// <summary>The centre and its mirror image: two.</summary>
    Mirrored,

    /// <summary>The four corners and the centre of the resized image, and their mirror images: ten, torchvision's TenCrop.</summary>
    TenCrops,
}
