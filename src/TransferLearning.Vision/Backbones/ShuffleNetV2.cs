using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// ShuffleNetV2 (Ma et al., "ShuffleNet V2: practical guidelines for efficient CNN architecture design", ECCV 2018), with torchvision's
/// names.
/// </summary>
internal sealed class ShuffleNetV2 : ImageNetwork
{
    private const int StemWidth = 24;

    private readonly Sequential conv1;
    private readonly Sequential stage2, stage3, stage4;
    private readonly Sequential conv5;
    private readonly Linear fc;

    /// <param name="widths">Channels after each stage, and of the features.</param>
    private ShuffleNetV2(int[] widths)
    {
        conv1 = ConvNorm.Of(new Convolution(3, StemWidth, kernel: 3, stride: 2), new BatchNorm(StemWidth), Activation.Relu);
        stage2 = Layer(StemWidth, widths[0], depth: 4);
        stage3 = Layer(widths[0], widths[1], depth: 8);
        stage4 = Layer(widths[1], widths[2], depth: 4);
        conv5 = ConvNorm.Of(new Convolution(widths[2], widths[3], kernel: 1), new BatchNorm(widths[3]), Activation.Relu);
        fc = new Linear(widths[3], Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["conv1"], images => MaxPool2d(conv1.call(images), kernel: 3, stride: 2, padding: 1)),
            Stage.OfMaps("stage1", ["stage2"], stage2.call),
            Stage.OfMaps("stage2", ["stage3"], stage3.call),
            Stage.OfMaps("stage3", ["stage4"], stage4.call),
            Stage.OfMaps("last_conv", ["conv5"], conv5.call),
        ];

        static Sequential Layer(long inputs, long outputs, int depth) =>
            new([new Down(inputs, outputs), .. Enumerable.Range(1, depth - 1).Select(_ => new Unit(outputs))]);
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("ShuffleNetV2",
    [
        VisionEntry.Torchvision("shufflenet_v2_x0_5", () => new ShuffleNetV2([48, 96, 192, 1024]), "shufflenetv2_x0.5-f707e7126e.pth", 60.552),
        VisionEntry.Torchvision("shufflenet_v2_x1_0", () => new ShuffleNetV2([116, 232, 464, 1024]), "shufflenetv2_x1-5666bf0f80.pth", 69.362),
        VisionEntry.Torchvision(
            "shufflenet_v2_x1_5", () => new ShuffleNetV2([176, 352, 704, 1024]), "shufflenetv2_x1_5-3c479a10.pth", 72.996, resize: 232),
        VisionEntry.Torchvision(
            "shufflenet_v2_x2_0", () => new ShuffleNetV2([244, 488, 976, 2048]), "shufflenetv2_x2_0-8be3c8ee.pth", 76.23, resize: 232),
    ]);

    public override IReadOnlyDictionary<string, string> StageEnds { get; } = new Dictionary<string, string> { ["maxpool"] = "stem" };

    public override int FeatureSize => (int)fc.Inputs;

    public override nn.Module<Tensor, Tensor> Classifier => fc;

    public override string ClassifierName => nameof(fc);

    /// <summary>1x1, depthwise convolution, 1x1.</summary>
    private static Sequential Branch(long inputs, long width, long stride) => new(
        new Convolution(inputs, width, kernel: 1), new BatchNorm(width), new ActivationLayer(Activation.Relu),
        new Convolution(width, width, kernel: 3, stride, groups: width), new BatchNorm(width),
        new Convolution(width, width, kernel: 1), new BatchNorm(width), new ActivationLayer(Activation.Relu));

    /// <summary>Takes the channels of two halves in turns.</summary>
    private static Tensor Shuffle(Tensor first, Tensor second)
    {
        var both = Concat([first, second], 1);
        return Reshape(Transpose(Reshape(both, 0, 2, -1, both.size(2), both.size(3)), 1, 2), 0, -1, both.size(2), both.size(3));
    }

    /// <summary>Half of the channels stays as it is.</summary>
    private sealed class Unit : Block
    {
        private readonly Sequential branch2;

        public Unit(long channels)
        {
            branch2 = Branch(channels / 2, channels / 2, stride: 1);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var halves = Chunk(x, 2, 1);
            return Shuffle(halves[0], branch2.call(halves[1]));
        }
    }

    /// <summary>Halves the map in both branches.</summary>
    private sealed class Down : Block
    {
        private readonly Sequential branch1;
        private readonly Sequential branch2;

        public Down(long inputs, long outputs)
        {
            branch1 = new(
                new Convolution(inputs, inputs, kernel: 3, stride: 2, groups: inputs), new BatchNorm(inputs),
                new Convolution(inputs, outputs / 2, kernel: 1), new BatchNorm(outputs / 2), new ActivationLayer(Activation.Relu));
            branch2 = Branch(inputs, outputs / 2, stride: 2);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => Shuffle(branch1.call(x), branch2.call(x));
    }
}
