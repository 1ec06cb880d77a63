using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// AlexNet in its form of one tower (Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014), with
/// torchvision's names.
/// </summary>
internal sealed class AlexNet : ImageNetwork
{
    private const int Width = 4096;

    private readonly Sequential features;
    private readonly Sequential classifier;

    private AlexNet()
    {
        features = new(
            new Convolution(3, 64, kernel: 11, stride: 4, padding: Padding.Of(2), hasBias: true), new ActivationLayer(Activation.Relu),
            new MaxPool(kernel: 3, stride: 2),
            new Convolution(64, 192, kernel: 5, hasBias: true), new ActivationLayer(Activation.Relu),
            new MaxPool(kernel: 3, stride: 2),
            new Convolution(192, 384, kernel: 3, hasBias: true), new ActivationLayer(Activation.Relu),
            new Convolution(384, 256, kernel: 3, hasBias: true), new ActivationLayer(Activation.Relu),
            new Convolution(256, 256, kernel: 3, hasBias: true), new ActivationLayer(Activation.Relu),
            new MaxPool(kernel: 3, stride: 2));
        classifier = new(
            new Dropout(0.5), new Linear(256 * 6 * 6, Width), new ActivationLayer(Activation.Relu),
            new Dropout(0.5), new Linear(Width, Width), new ActivationLayer(Activation.Relu),
            new Linear(Width, Classes));
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stage1", ["features.0"], images => features.Call(images, ..3)),
            Stage.OfMaps("stage2", ["features.3"], map => features.Call(map, 3..6)),
            Stage.OfMaps("stage3", ["features.6", "features.8", "features.10"], map => features.Call(map, 6..)),
            Stage.OfMaps(
                "hidden", ["classifier.1", "classifier.4"], map => classifier.Call(Flatten(AdaptiveAveragePool2d(map, 6, 6), 1), ..6)),
        ];
    }

    /// <summary>The one network of the family.</summary>
    public static VisionFamily Family { get; } = new(
        "AlexNet", [VisionEntry.Torchvision("alexnet", () => new AlexNet(), "alexnet-owt-7be5be79.pth", 56.522)]);

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => classifier[6];

    public override string ClassifierName => "classifier.6";
}
