using System.Globalization;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// EfficientNet (Tan and Le, ICML 2019) and EfficientNetV2 (Tan and Le, ICML 2021), with torchvision's names.
/// </summary>
internal sealed class EfficientNet : ImageNetwork
{
    private static readonly Shape[] First =
    [
        new(false, 1, 3, 1, 32, 16, 1), new(false, 6, 3, 2, 16, 24, 2), new(false, 6, 5, 2, 24, 40, 2), new(false, 6, 3, 2, 40, 80, 3),
        new(false, 6, 5, 1, 80, 112, 3), new(false, 6, 5, 2, 112, 192, 4), new(false, 6, 3, 1, 192, 320, 1),
    ];

    private static readonly Shape[] SecondSmall =
    [
        new(true, 1, 3, 1, 24, 24, 2), new(true, 4, 3, 2, 24, 48, 4), new(true, 4, 3, 2, 48, 64, 4), new(false, 4, 3, 2, 64, 128, 6),
        new(false, 6, 3, 1, 128, 160, 9), new(false, 6, 3, 2, 160, 256, 15),
    ];

    private static readonly Shape[] SecondMedium =
    [
        new(true, 1, 3, 1, 24, 24, 3), new(true, 4, 3, 2, 24, 48, 5), new(true, 4, 3, 2, 48, 80, 5), new(false, 4, 3, 2, 80, 160, 7),
        new(false, 6, 3, 1, 160, 176, 14), new(false, 6, 3, 2, 176, 304, 18), new(false, 6, 3, 1, 304, 512, 5),
    ];

    private static readonly Shape[] SecondLarge =
    [
        new(true, 1, 3, 1, 32, 32, 4), new(true, 4, 3, 2, 32, 64, 7), new(true, 4, 3, 2, 64, 96, 7), new(false, 4, 3, 2, 96, 192, 10),
        new(false, 6, 3, 1, 192, 224, 19), new(false, 6, 3, 2, 224, 384, 25), new(false, 6, 3, 1, 384, 640, 7),
    ];

    private readonly Sequential features;
    private readonly Sequential classifier;

    /// <param name="shapes">The stages.</param>
    /// <param name="dropout">Share of the features that are dropped before the classifier.</param>
    /// <param name="epsilon">The batch norms' epsilon and momentum.</param>
    /// <param name="momentum">The batch norms' momentum.</param>
    /// <param name="width">Width of the features; null: four times the last stage's.</param>
    private EfficientNet(IReadOnlyList<Shape> shapes, double dropout, double epsilon, double momentum, int? width = null)
    {
        var last = shapes[^1].Outputs;
        FeatureSize = width ?? 4 * last;
        var layers = new Layers(epsilon, momentum);
        var (block, blocks) = (0, shapes.Sum(shape => shape.Depth));
        List<nn.Module<Tensor, Tensor>> stages = [layers.Conv(3, shapes[0].Inputs, kernel: 3, stride: 2)];
        foreach (var shape in shapes)
            stages.Add(new Sequential(Enumerable.Range(0, shape.Depth).Select(i => Create(shape, i, 0.2 * block++ / blocks)).ToArray()));
        stages.Add(layers.Conv(last, FeatureSize, kernel: 1));
        features = new(stages);
        classifier = new(new Dropout(dropout), new Linear(FeatureSize, Classes));
        RegisterComponents();

        LayerGroups = [.. Enumerable.Range(0, stages.Count).Select(i => Stage.OfMaps(
            i == 0 ? "stem" : i == stages.Count - 1 ? "last_conv" : $"stage{i}", [$"features.{i}"], features[i].call))];

        Block Create(Shape shape, int place, double dropped)
        {
            var (inputs, stride) = place == 0 ? (shape.Inputs, shape.Stride) : (shape.Outputs, 1);
            return shape.IsFused
                ? new FusedBlock(layers, inputs, shape, stride, dropped)
                : new InvertedResidual(layers, inputs, shape, stride, dropped);
        }
    }

    /// <summary>The family's networks, with torchvision's first weights.</summary>
    public static VisionFamily Family { get; } = new("EfficientNet",
    [
        Scaled("efficientnet_b0", 1.0, 1.0, 0.2, "rwightman-7f5810bc", 77.692, resize: 256, crop: 224),
        Scaled("efficientnet_b1", 1.0, 1.1, 0.2, "rwightman-bac287d4", 78.642, resize: 256, crop: 240).AndSecond("c27df63c", 79.838, resize: 255),
        Scaled("efficientnet_b2", 1.1, 1.2, 0.3, "rwightman-c35c1473", 80.608, resize: 288, crop: 288),
        Scaled("efficientnet_b3", 1.2, 1.4, 0.3, "rwightman-b3899882", 82.008, resize: 320, crop: 300),
        Scaled("efficientnet_b4", 1.4, 1.8, 0.4, "rwightman-23ab8bcd", 83.384, resize: 384, crop: 380),
        Scaled("efficientnet_b5", 1.6, 2.2, 0.4, "lukemelas-1a07897c", 83.444, resize: 456, crop: 456, isLarge: true),
        Scaled("efficientnet_b6", 1.8, 2.6, 0.5, "lukemelas-24a108a5", 84.008, resize: 528, crop: 528, isLarge: true),
        Scaled("efficientnet_b7", 2.0, 3.1, 0.5, "lukemelas-c5b4e57e", 84.122, resize: 600, crop: 600, isLarge: true),
        Second("efficientnet_v2_s", SecondSmall, 0.2, "dd5fe13b", 84.228, 384, Interpolation.Bilinear),
        Second("efficientnet_v2_m", SecondMedium, 0.3, "dc08266a", 85.112, 480, Interpolation.Bilinear),
        Second("efficientnet_v2_l", SecondLarge, 0.4, "59c71312", 85.808, 480, Interpolation.Bicubic),
    ]);

    public override int FeatureSize { get; }

    public override nn.Module<Tensor, Tensor> Classifier => classifier;

    public override string ClassifierName => "classifier.1";

    public override void Initialize()
    {
        base.Initialize();
        var bound = 1 / Math.Sqrt(Classes);
        Draw([(Linear)classifier[1]], weight => weight.uniform_(-bound, bound));
    }

    private static VisionEntry Scaled(
        string id, double width, double depth, double dropout, string file, double top1, int resize, int crop, bool isLarge = false) =>
        VisionEntry.Torchvision(
            id, () =>
                new EfficientNet(
                    [.. First.Select(shape => shape.Scale(width, depth))], dropout, isLarge ? 1e-3 : 1e-5, isLarge ? 0.01 : 0.1),
            $"{id}_{file}.pth", top1, resize, crop, Interpolation.Bicubic) with { TimmNames = isLarge ? null : new("timm", TimmName) };

    /// <summary>
    /// Of the networks whose epsilon and padding timm has too; of the larger ones and of V2 its files were made for others.
    /// </summary>
    private static string TimmName(string name)
    {
        string[] parts = [.. name.Split('.'), "", ""];
        if (parts[0] == "classifier") return $"classifier.{parts[2]}";
        if (parts[1] is "0" or "8") return (parts[1], parts[2]) switch
        {
            ("0", "0") => $"conv_stem.{parts[3]}",
            ("0", _) => $"bn1.{parts[3]}",
            (_, "0") => $"conv_head.{parts[3]}",
            _ => $"bn2.{parts[3]}",
        };
        // The first stage expands nothing: its blocks have three parts.
        var isFirst = parts[1] == "1";
        var layer = (isFirst, parts[4], parts[5]) switch
        {
            (_, _, "fc1") => "se.conv_reduce",
            (_, _, "fc2") => "se.conv_expand",
            (false, "0", "0") => "conv_pw",
            (false, "0", _) => "bn1",
            (true, "0", "0") or (false, "1", "0") => "conv_dw",
            (true, "0", _) => "bn1",
            (false, "1", _) => "bn2",
            (true, _, "0") => "conv_pw",
            (true, _, _) => "bn2",
            (_, _, "0") => "conv_pwl",
            _ => "bn3",
        };
        return $"blocks.{int.Parse(parts[1], CultureInfo.InvariantCulture) - 1}.{parts[2]}.{layer}.{parts[6]}";
    }

    private static VisionEntry Second(string id, Shape[] shapes, double dropout, string hash, double top1, int size, Interpolation interpolation)
    {
        var entry = VisionEntry.Torchvision(
            id, () => new EfficientNet(shapes, dropout, epsilon: 1e-3, momentum: 0.1, width: 1280), $"{id}-{hash}.pth", top1, size, size, interpolation);
        return id.EndsWith('l') ? entry with { Input = entry.Input with { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] } } : entry;
    }

    /// <summary>
    /// A stage: whether its first two convolutions are one, expansion, kernel, stride, widths before and after, and how many blocks.
    /// </summary>
    private sealed record Shape(bool IsFused, int Expansion, int Kernel, int Stride, int Inputs, int Outputs, int Depth)
    {
        public Shape Scale(double width, double depth) => this with
        {
            Inputs = Divisible.By8(Inputs * width), Outputs = Divisible.By8(Outputs * width), Depth = (int)Math.Ceiling(Depth * depth),
        };
    }

    /// <summary>What the convolutions of a network have in common.</summary>
    private sealed record Layers(double Epsilon, double Momentum)
    {
        public Sequential Conv(
            long inputs, long outputs, long kernel, long stride = 1, long groups = 1, Activation activation = Activation.Silu) =>
            ConvNorm.Of(
                new Convolution(inputs, outputs, kernel, stride, groups: groups), new BatchNorm(outputs, Epsilon, Momentum), activation);
    }

    /// <summary>1x1 up, depthwise convolution, a gate, 1x1 down; a residual where the shape stays.</summary>
    private sealed class InvertedResidual : Block
    {
        private readonly Sequential block;
        private readonly StochasticDepth stochastic_depth;
        private readonly bool _isResidual;

        public InvertedResidual(Layers layers, int inputs, Shape shape, int stride, double dropped)
        {
            var expanded = Divisible.By8(inputs * shape.Expansion);
            List<nn.Module<Tensor, Tensor>> parts = [];
            if (expanded != inputs) parts.Add(layers.Conv(inputs, expanded, kernel: 1));
            parts.Add(layers.Conv(expanded, expanded, shape.Kernel, stride, groups: expanded));
            parts.Add(new SqueezeExcitation(expanded, Math.Max(1, inputs / 4), Activation.Silu));
            parts.Add(layers.Conv(expanded, shape.Outputs, kernel: 1, activation: Activation.None));
            block = new(parts);
            stochastic_depth = new StochasticDepth(dropped);
            _isResidual = stride == 1 && inputs == shape.Outputs;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => _isResidual ? stochastic_depth.Add(block.call(x), x) : block.call(x);
    }

    /// <summary>A convolution up, 1x1 down; where nothing is expanded one convolution. A residual where the shape stays.</summary>
    private sealed class FusedBlock : Block
    {
        private readonly Sequential block;
        private readonly StochasticDepth stochastic_depth;
        private readonly bool _isResidual;

        public FusedBlock(Layers layers, int inputs, Shape shape, int stride, double dropped)
        {
            var expanded = Divisible.By8(inputs * shape.Expansion);
            block = expanded == inputs
                ? new(layers.Conv(inputs, shape.Outputs, shape.Kernel, stride))
                : new(
                    layers.Conv(inputs, expanded, shape.Kernel, stride),
                    layers.Conv(expanded, shape.Outputs, kernel: 1, activation: Activation.None));
            stochastic_depth = new StochasticDepth(dropped);
            _isResidual = stride == 1 && inputs == shape.Outputs;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => _isResidual ? stochastic_depth.Add(block.call(x), x) : block.call(x);
    }
}
