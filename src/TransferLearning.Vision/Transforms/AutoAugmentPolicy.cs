namespace TransferLearning.Vision;

/// <summary>The data set that a policy of <see cref="AutoAugment"/> was found on.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>Photographs of things.</summary>
    ImageNet,

    /// <summary>Small pictures of things.</summary>
    Cifar10,

    /// <summary>House numbers.</summary>
    Svhn,
}
