using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A convolution that adapters can change. Torch's own need not have it: their stride and padding can be read. Its parameters are called
/// <c>weight</c> (<c>[outputs, inputs / groups, ...kernel]</c>) and <c>bias</c>.
/// </summary>
public interface IAdaptableConvolution
{
    /// <summary>Number of parts that the channels are cut into.</summary>
    long Groups { get; }

    /// <summary>
    /// Whether an adapter changes the layer's output. Set by the adapter; while it is true the layer is run by <c>call</c> alone, in
    /// evaluation too: with a norm folded into its weight the adapter would have no part.
    /// </summary>
    bool IsAdapted { get; set; }

    /// <summary>
    /// The layer's convolution, with its stride, padding, dilation and groups, by another weight with any number of outputs and without
    /// bias. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    Tensor Convolve(Tensor input, Tensor weight);
}
