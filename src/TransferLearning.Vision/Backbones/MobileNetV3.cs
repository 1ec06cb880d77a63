using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>MobileNetV3 (Howard et al., "Searching for MobileNetV3", ICCV 2019), with torchvision's names.</summary>
internal sealed class MobileNetV3 : ImageNetwork
{
    private const int StemWidth = 16;
    private const Activation Relu = Activation.Relu, Swish = Activation.HardSwish;

    private static readonly Shape[] Large =
    [
        new(3, 16, 16, false, Relu, 1),
        new(3, 64, 24, false, Relu, 2), new(3, 72, 24, false, Relu, 1),
        new(5, 72, 40, true, Relu, 2), new(5, 120, 40, true, Relu, 1), new(5, 120, 40, true, Relu, 1),
        new(3, 240, 80, false, Swish, 2), new(3, 200, 80, false, Swish, 1), new(3, 184, 80, false, Swish, 1),
        new(3, 184, 80, false, Swish, 1),
        new(3, 480, 112, true, Swish, 1), new(3, 672, 112, true, Swish, 1),
        new(5, 672, 160, true, Swish, 2), new(5, 960, 160, true, Swish, 1), new(5, 960, 160, true, Swish, 1),
    ];

    private static readonly Shape[] Small =
    [
        new(3, 16, 16, true, Relu, 2),
        new(3, 72, 24, false, Relu, 2), new(3, 88, 24, false, Relu, 1),
        new(5, 96, 40, true, Swish, 2), new(5, 240, 40, true, Swish, 1), new(5, 240, 40, true, Swish, 1),
        new(5, 120, 48, true, Swish, 1), new(5, 144, 48, true, Swish, 1),
        new(5, 288, 96, true, Swish, 2), new(5, 576, 96, true, Swish, 1), new(5, 576, 96, true, Swish, 1),
    ];

    private readonly Sequential features;
    private readonly Sequential classifier;

    private MobileNetV3(Shape[] shapes, int width)
    {
        List<nn.Module<Tensor, Tensor>> parts = [Conv(3, StemWidth, kernel: 3, Swish, stride: 2)];
        // A stage of the network begins where the map shrinks.
        List<int> starts = [1];
        long inputs = StemWidth;
        foreach (var shape in shapes)
        {
            if (shape.Stride > 1 && parts.Count > 1) starts.Add(parts.Count);
            parts.Add(new InvertedResidual(inputs, shape));
            inputs = shape.Width;
        }
        parts.Add(Conv(inputs, 6 * inputs, kernel: 1, Swish));
        features = new(parts);
        classifier = new(new Linear(6 * inputs, width), new ActivationLayer(Swish), new Dropout(0.2), new Linear(width, Classes));
        FeatureSize = width;
        RegisterComponents();

        LayerGroups =
        [
            Group("stem", ..1),
            .. starts.Select((start, i) => Group($"stage{i + 1}", start..(i + 1 < starts.Count ? starts[i + 1] : parts.Count - 1))),
            Group("last_conv", (parts.Count - 1)..parts.Count),
            Stage.OfMaps("hidden", ["classifier.0"], map => classifier.Call(Mean(map, [2, 3]), ..3)),
        ];

        LayerGroup Group(string name, Range own) => Stage.OfMaps(
            name, [.. Enumerable.Range(own.Start.Value, own.End.Value - own.Start.Value).Select(i => $"features.{i}")],
            map => features.Call(map, own));
    }

    /// <summary>The family's networks, with torchvision's first weights.</summary>
    public static VisionFamily Family { get; } = new("MobileNetV3",
    [
        VisionEntry.Torchvision("mobilenet_v3_small", () => new MobileNetV3(Small, 1024), "mobilenet_v3_small-047dcff4.pth", 67.668),
        VisionEntry.Torchvision("mobilenet_v3_large", () => new MobileNetV3(Large, 1280), "mobilenet_v3_large-8738ca79.pth", 74.042)
            .AndSecond("5c1a4163", 75.274),
    ]);

    public override int FeatureSize { get; }

    public override nn.Module<Tensor, Tensor> Classifier => classifier[3];

    public override string ClassifierName => "classifier.3";

    public override void Initialize()
    {
        base.Initialize();
        Draw(classifier.modules().OfType<Linear>(), weight => weight.normal_(0, 0.01));
    }

    private static Sequential Conv(
        long inputs, long outputs, long kernel, Activation activation, long stride = 1, long groups = 1) => ConvNorm.Of(
        new Convolution(inputs, outputs, kernel, stride, groups: groups), new BatchNorm(outputs, epsilon: 1e-3, momentum: 0.01), activation);

    /// <summary>Kernel, width between, width after, squeeze and excitation or not, activation and stride of a block.</summary>
    private sealed record Shape(int Kernel, int Expanded, int Width, bool IsGated, Activation Activation, int Stride);

    /// <summary>1x1 up, depthwise convolution, a gate, 1x1 down; a residual where the shape stays.</summary>
    private sealed class InvertedResidual : Block
    {
        private readonly Sequential block;
        private readonly bool _isResidual;

        public InvertedResidual(long inputs, Shape shape)
        {
            List<nn.Module<Tensor, Tensor>> parts = [];
            if (shape.Expanded != inputs) parts.Add(Conv(inputs, shape.Expanded, kernel: 1, shape.Activation));
            parts.Add(Conv(shape.Expanded, shape.Expanded, shape.Kernel, shape.Activation, shape.Stride, groups: shape.Expanded));
            if (shape.IsGated)
                parts.Add(new SqueezeExcitation(shape.Expanded, Divisible.By8(shape.Expanded / 4), gate: Activation.HardSigmoid));
            parts.Add(Conv(shape.Expanded, shape.Width, kernel: 1, Activation.None));
            block = new(parts);
            _isResidual = shape.Stride == 1 && inputs == shape.Width;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => _isResidual ? InPlace.Add(block.call(x), x) : block.call(x);
    }
}
