using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Vision;

/// <summary>
/// ResNet (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016) with torchvision's names,
/// in torchvision's form "v1.5": a bottleneck takes its stride in the 3x3 convolution, not in the first 1x1.
/// </summary>
internal sealed class ResNet : ImageNetwork
{
    private readonly Convolution conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layer1, layer2, layer3, layer4;
    private readonly Linear fc;

    private ResNet(string name, Block block, int[] depths) : base(name)
    {
        conv1 = new Convolution(3, 64, kernel: 7, stride: 2);
        bn1 = BatchNorm2d(64);
        layer1 = Layer(64, width: 64, depths[0], stride: 1);
        layer2 = Layer(64 * block.Expansion, width: 128, depths[1], stride: 2);
        layer3 = Layer(128 * block.Expansion, width: 256, depths[2], stride: 2);
        layer4 = Layer(256 * block.Expansion, width: 512, depths[3], stride: 2);
        fc = Linear(512 * block.Expansion, 1000);
        RegisterComponents();

        LayerGroups =
        [
            Group("stem", ["conv1", "bn1"], Stem),
            Group("stage1", ["layer1"], layer1.call),
            Group("stage2", ["layer2"], layer2.call),
            Group("stage3", ["layer3"], layer3.call),
            Group("stage4", ["layer4"], layer4.call),
        ];

        Sequential Layer(long inputs, long width, int depth, long stride) => Sequential(
        [
            block.Create(inputs, width, stride),
            .. Enumerable.Range(1, depth - 1).Select(_ => block.Create(width * block.Expansion, width, 1)),
        ]);
    }

    /// <summary>
    /// The family's networks, with torchvision's first weights (IMAGENET1K_V1): the label smoothing and mixing of the second recipe
    /// make better classifiers but less transferable features (Kornblith et al., "Why do better loss functions lead to less transferable features?", 2021).
    /// </summary>
    public static VisionFamily Family { get; } = new("ResNet",
    [
        Model("resnet18", BasicBlock.Block, [2, 2, 2, 2]),
        Model("resnet34", BasicBlock.Block, [3, 4, 6, 3]),
        Model("resnet50", Bottleneck.Block, [3, 4, 6, 3]),
        Model("resnet101", Bottleneck.Block, [3, 4, 23, 3]),
        Model("resnet152", Bottleneck.Block, [3, 8, 36, 3]),
    ]);

    public override IReadOnlyList<LayerGroup> LayerGroups { get; }

    public override Linear Classifier => fc;

    public override string ClassifierName => nameof(fc);

    private static VisionModel Model(string id, Block block, int[] depths) => new(id, () => new ResNet(id, block, depths))
    {
        Input = new ImageSpec { Interpolation = Interpolation.Bilinear },
        Weights = new(id) { Repository = $"timm/{id}.tv_in1k" },
        Licence = "BSD-3-Clause",
    };

    private Tensor Stem(Tensor images)
    {
        using var scope = NewDisposeScope();
        var x = conv1.Normalised(bn1, images).relu_();
        return functional.max_pool2d(x, kernel_size: 3, stride: 2, padding: 1).MoveToOuterDisposeScope();
    }

    /// <summary>A kind of residual block: how to create one from input channels, width and stride; it puts out width x expansion channels.</summary>
    private sealed record Block(int Expansion, Func<long, long, long, Module<Tensor, Tensor>> Create);

    /// <summary>What the residual is added to: the input, brought to the output's shape where that differs (else null).</summary>
    private static Sequential? Downsample(long inputs, long outputs, long stride) => inputs == outputs && stride == 1
        ? null
        : Sequential(new Convolution(inputs, outputs, kernel: 1, stride), BatchNorm2d(outputs));

    private static Tensor Shortcut(Sequential? downsample, Tensor input) => downsample is null
        ? input
        : ((Convolution)downsample[0]).Normalised((BatchNorm2d)downsample[1], input);

    /// <summary>3x3, 3x3.</summary>
    private sealed class BasicBlock : Module<Tensor, Tensor>
    {
        // Where planes take less time than pixels (training the last stage of ResNet-18: a tenth to a seventh).
        private const long WidthInPlanes = 512;

        public static readonly Block Block = new(Expansion: 1, (inputs, width, stride) => new BasicBlock(inputs, width, stride));

        private readonly Convolution conv1;
        private readonly BatchNorm2d bn1;
        private readonly Convolution conv2;
        private readonly BatchNorm2d bn2;
        private readonly Sequential? downsample;

        private BasicBlock(long inputs, long width, long stride) : base(nameof(BasicBlock))
        {
            var planes = width >= WidthInPlanes;
            conv1 = new Convolution(inputs, width, kernel: 3, stride, planes: planes);
            bn1 = BatchNorm2d(width);
            conv2 = new Convolution(width, width, kernel: 3, planes: planes);
            bn2 = BatchNorm2d(width);
            downsample = Downsample(inputs, width, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = conv1.Normalised(bn1, input).relu_();
            x = conv2.Normalised(bn2, x);
            return x.add_(Shortcut(downsample, input)).relu_().MoveToOuterDisposeScope();
        }
    }

    /// <summary>1x1 down to the width, 3x3, 1x1 up to four times the width.</summary>
    private sealed class Bottleneck : Module<Tensor, Tensor>
    {
        public static readonly Block Block = new(Expansion: 4, (inputs, width, stride) => new Bottleneck(inputs, width, stride));

        private readonly Convolution conv1;
        private readonly BatchNorm2d bn1;
        private readonly Convolution conv2;
        private readonly BatchNorm2d bn2;
        private readonly Convolution conv3;
        private readonly BatchNorm2d bn3;
        private readonly Sequential? downsample;

        private Bottleneck(long inputs, long width, long stride) : base(nameof(Bottleneck))
        {
            conv1 = new Convolution(inputs, width, kernel: 1);
            bn1 = BatchNorm2d(width);
            conv2 = new Convolution(width, width, kernel: 3, stride);
            bn2 = BatchNorm2d(width);
            conv3 = new Convolution(width, width * 4, kernel: 1);
            bn3 = BatchNorm2d(width * 4);
            downsample = Downsample(inputs, width * 4, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = conv1.Normalised(bn1, input).relu_();
            x = conv2.Normalised(bn2, x).relu_();
            x = conv3.Normalised(bn3, x);
            return x.add_(Shortcut(downsample, input)).relu_().MoveToOuterDisposeScope();
        }
    }
}
