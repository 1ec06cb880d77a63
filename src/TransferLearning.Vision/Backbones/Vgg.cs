using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// VGG (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014), with batch norms and without,
/// with torchvision's names. The convolutions have a bias before a norm too.
/// </summary>
internal sealed class Vgg : ImageNetwork
{
    private const int Width = 4096;
    private const int LastSize = 7;

    private static readonly int[] Widths = [64, 128, 256, 512, 512];

    private readonly Sequential features;
    private readonly Sequential classifier;

    private Vgg(int[] depths, bool hasNorms)
    {
        List<nn.Module<Tensor, Tensor>> parts = [];
        List<LayerGroup> stages = [];
        var inputs = 3;
        foreach (var (stage, depth) in depths.Index())
        {
            var first = parts.Count;
            List<string> prefixes = [];
            for (var i = 0; i < depth; i++)
            {
                prefixes.Add($"features.{parts.Count}");
                parts.Add(new Convolution(inputs, Widths[stage], kernel: 3, hasBias: true));
                if (hasNorms)
                {
                    prefixes.Add($"features.{parts.Count}");
                    parts.Add(new BatchNorm(Widths[stage]));
                }
                parts.Add(new ActivationLayer(Activation.Relu));
                inputs = Widths[stage];
            }
            parts.Add(new MaxPool(kernel: 2, stride: 2));
            var own = first..parts.Count;
            stages.Add(Stage.OfMaps($"stage{stage + 1}", prefixes, map => features!.Call(map, own)));
        }
        features = new(parts);
        classifier = new(
            new Linear(512 * LastSize * LastSize, Width), new ActivationLayer(Activation.Relu), new Dropout(0.5),
            new Linear(Width, Width), new ActivationLayer(Activation.Relu), new Dropout(0.5),
            new Linear(Width, Classes));
        RegisterComponents();

        LayerGroups =
        [
            .. stages,
            Stage.OfMaps(
                "hidden", ["classifier.0", "classifier.3"],
                map => classifier.Call(Flatten(AdaptiveAveragePool2d(map, LastSize, LastSize), 1), ..6)),
        ];
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("VGG",
    [
        Entry("vgg11", [1, 1, 2, 2, 2], "8a719046", 69.02),
        Entry("vgg11_bn", [1, 1, 2, 2, 2], "6002323d", 70.37),
        Entry("vgg13", [2, 2, 2, 2, 2], "19584684", 69.928),
        Entry("vgg13_bn", [2, 2, 2, 2, 2], "abd245e5", 71.586),
        Entry("vgg16", [2, 2, 3, 3, 3], "397923af", 71.592),
        Entry("vgg16_bn", [2, 2, 3, 3, 3], "6c64b313", 73.36),
        Entry("vgg19", [2, 2, 4, 4, 4], "dcbb9e9d", 72.376),
        Entry("vgg19_bn", [2, 2, 4, 4, 4], "c79401a0", 74.218),
    ]);

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => classifier[6];

    public override string ClassifierName => "classifier.6";

    public override void Initialize()
    {
        base.Initialize();
        Draw(classifier.modules().OfType<Linear>(), weight => weight.normal_(0, 0.01));
    }

    private static VisionEntry Entry(string id, int[] depths, string hash, double top1) =>
        VisionEntry.Torchvision(id, () => new Vgg(depths, id.EndsWith("_bn", StringComparison.Ordinal)), $"{id}-{hash}.pth", top1) with
        {
            TimmNames = new(
                "timm", (@"^classifier\.0\.", "pre_logits.fc1."), (@"^classifier\.3\.", "pre_logits.fc2."), (@"^classifier\.6\.", "head.fc.")),
        };
}
