using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// MNASNet B1 (Tan et al., "MnasNet: platform-aware neural architecture search for mobile", CVPR 2019), with torchvision's names; scaled
/// networks in torchvision's version 2, whose stem is scaled too.
/// </summary>
internal sealed class MnasNet : ImageNetwork
{
    private const int Width = 1280;
    private const int Stem = 8;

    /// <summary>Width after the stem's depthwise convolution, and of what comes after.</summary>
    private static readonly int[] StemWidths = [32, 16];

    private static readonly (int Width, int Kernel, int Stride, int Expansion, int Depth)[] Stages =
        [(24, 3, 2, 3, 3), (40, 5, 2, 3, 3), (80, 5, 2, 6, 3), (96, 3, 1, 6, 2), (192, 5, 2, 6, 4), (320, 3, 1, 6, 1)];

    private readonly Sequential layers;
    private readonly Sequential classifier;

    private MnasNet(double scale)
    {
        var (first, second) = (Divisible.By8(StemWidths[0] * scale), Divisible.By8(StemWidths[1] * scale));
        List<nn.Module<Tensor, Tensor>> parts =
        [
            new Convolution(3, first, kernel: 3, stride: 2), Norm(first), new ActivationLayer(Activation.Relu),
            new Convolution(first, first, kernel: 3, groups: first), Norm(first), new ActivationLayer(Activation.Relu),
            new Convolution(first, second, kernel: 1), Norm(second),
        ];
        var inputs = second;
        foreach (var (width, kernel, stride, expansion, depth) in Stages)
        {
            var (before, outputs) = (inputs, Divisible.By8(width * scale));
            parts.Add(new Sequential(Enumerable.Range(0, depth).Select(
                i => new InvertedResidual(i == 0 ? before : outputs, outputs, kernel, i == 0 ? stride : 1, expansion)).ToArray()));
            inputs = outputs;
        }
        parts.AddRange([new Convolution(inputs, Width, kernel: 1), Norm(Width), new ActivationLayer(Activation.Relu)]);
        layers = new(parts);
        classifier = new(new Dropout(0.2), new Linear(Width, Classes));
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps(
                "stem", ["layers.0", "layers.1", "layers.3", "layers.4", "layers.6", "layers.7"], images => layers.Call(images, ..Stem)),
            .. Enumerable.Range(Stem, Stages.Length).Select(i => Stage.OfMaps($"stage{i - Stem + 1}", [$"layers.{i}"], layers[i].call)),
            Stage.OfMaps("last_conv", ["layers.14", "layers.15"], map => layers.Call(map, (Stem + Stages.Length)..)),
        ];
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("MNASNet",
    [
        VisionEntry.Torchvision("mnasnet0_5", () => new MnasNet(0.5), "mnasnet0.5_top1_67.823-3ffadce67e.pth", 67.734),
        VisionEntry.Torchvision("mnasnet0_75", () => new MnasNet(0.75), "mnasnet0_75-7090bc5f.pth", 71.18, resize: 232),
        VisionEntry.Torchvision("mnasnet1_0", () => new MnasNet(1.0), "mnasnet1.0_top1_73.512-f206786ef8.pth", 73.456),
        VisionEntry.Torchvision("mnasnet1_3", () => new MnasNet(1.3), "mnasnet1_3-a4c69d6f.pth", 76.506, resize: 232),
    ]);

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => classifier;

    public override string ClassifierName => "classifier.1";

    public override void Initialize()
    {
        base.Initialize();
        var bound = Math.Sqrt(3.0 / Classes);
        Draw([(Linear)classifier[1]], weight => weight.uniform_(-bound, bound));
    }

    private static BatchNorm Norm(long channels) => new(channels, momentum: 0.0003);

    /// <summary>
    /// 1x1 to a multiple of the width, depthwise convolution, 1x1 to the output's width; a residual where the shape stays.
    /// </summary>
    private sealed class InvertedResidual : Block
    {
        private readonly Sequential layers;
        private readonly bool _isResidual;

        public InvertedResidual(long inputs, long outputs, long kernel, long stride, long expansion)
        {
            var expanded = inputs * expansion;
            layers = new(
                new Convolution(inputs, expanded, kernel: 1), Norm(expanded), new ActivationLayer(Activation.Relu),
                new Convolution(expanded, expanded, kernel, stride, groups: expanded), Norm(expanded), new ActivationLayer(Activation.Relu),
                new Convolution(expanded, outputs, kernel: 1), Norm(outputs));
            _isResidual = stride == 1 && inputs == outputs;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => _isResidual ? InPlace.Add(layers.call(x), x) : layers.call(x);
    }
}
