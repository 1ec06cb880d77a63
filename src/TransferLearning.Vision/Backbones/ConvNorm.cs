using TransferLearning.Networks;

namespace TransferLearning.Vision;

/// <summary>
/// A convolution, its batch norm and an activation with torchvision's names "0" and "1": what most of its networks are made of.
/// </summary>
internal static class ConvNorm
{
    /// <summary>The three modules, of which the last has no name in a file; without it where nothing is activated.</summary>
    public static Sequential Of(Convolution convolution, BatchNorm norm, Activation activation = Activation.None) =>
        activation == Activation.None ? new(convolution, norm) : new(convolution, norm, new ActivationLayer(activation));
}
