using TransferLearning.Vision;

namespace TransferLearning.Weights.Keras;

/// <summary>Networks of this library with the weights that Keras publishes for its applications.</summary>
public static class KerasBackbones
{
    private static readonly KerasNetwork[] Networks = [KerasNetwork.Vgg("vgg16", [2, 2, 3, 3, 3]), KerasNetwork.Vgg("vgg19", [2, 2, 4, 4, 4])];

    /// <summary>The networks that compute the same in both libraries.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Networks.Select(network => network.Id)];

    /// <summary>
    /// Creates a network with the weights of a file of Keras, in evaluation mode, with the input that they were trained on. The caller owns
    /// the backbone.
    /// </summary>
    /// <remarks>
    /// <para><c>vgg16_weights_tf_dim_ordering_tf_kernels.h5</c> and <c>vgg19_...</c>: trained on blue, green, red from 0 to 255 less the mean
    /// of ImageNet. The first convolution is turned to red, green, blue, and <see cref="BackboneInfo.Input"/> has mean and scale. A file
    /// without the classifier (<c>notop</c>) lacks the hidden layers too: allow that with
    /// <c>MayBeMissing = [@"^classifier\."]</c>, which draws them.</para>
    /// </remarks>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="input">Makes another input of the weights' own; null (default): their own.</param>
    /// <param name="options">What else may differ between file and network; null (default): nothing.</param>
    /// <exception cref="ArgumentException">The network is not one of them.</exception>
    /// <inheritdoc cref="VisionBackbones.Load(string, WeightFile, Func{ImageSpec, ImageSpec}, int?, WeightLoadOptions)"/>
    public static VisionBackbone Load(
        string name, string path, Func<ImageSpec, ImageSpec>? input = null, WeightLoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var network = Array.Find(Networks, network => network.Id == name) ?? throw new ArgumentException(
            $"'{name}' is none of {string.Join(", ", Names)}. Other applications of Keras compute otherwise than the networks of their name here "
            + "(ResNet50 steps in the first convolution of a block, EfficientNet and MobileNet pad as TensorFlow does): their weights would fit and "
            + "give wrong answers. KerasWeights.Open reads them for a network of your own.", nameof(name));
        options ??= new();
        using var file = KerasWeights.Read(path, network.Options);
        return VisionBackbones.Load(
            name, file, _ => input is null ? network.Input : input(network.Input),
            options: options with { Rules = [.. options.Rules, .. network.Renames] });
    }
}
