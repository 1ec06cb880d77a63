namespace TransferLearning.Vision;

/// <summary>
/// A random change of training images that keeps their class. Must be thread-safe, and decide by nothing but the image and the
/// random numbers given. One class is enough to add an augmentation.
/// </summary>
public interface IAugmentation
{
    /// <summary>
    /// The changed image, at any size: what is not of the backbone's size at the end is resized and cropped as in evaluation.
    /// </summary>
    /// <param name="image">An image, possibly changed by earlier augmentations.</param>
    /// <param name="spec">What the backbone wants.</param>
    /// <param name="random">The random numbers of this example in this epoch.</param>
    RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random);
}
