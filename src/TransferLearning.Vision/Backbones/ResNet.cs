using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// ResNet (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016) with torchvision's names,
/// in torchvision's form "v1.5": a bottleneck takes its stride in the 3x3 convolution, not in the first 1x1. ResNeXt (Xie et al.,
/// "Aggregated residual transformations for deep neural networks", CVPR 2017) has 3x3 convolutions in groups, Wide ResNet (Zagoruyko and
/// Komodakis, 2016) wider ones.
/// </summary>
internal sealed class ResNet : ImageNetwork
{
    private readonly Convolution conv1;
    private readonly BatchNorm bn1;
    private readonly Sequential layer1, layer2, layer3, layer4;
    private readonly Linear fc;

    private ResNet(Residual block, int[] depths)
    {
        conv1 = new Convolution(3, 64, kernel: 7, stride: 2);
        bn1 = new BatchNorm(64);
        layer1 = Layer(64, width: 64, depths[0], stride: 1);
        layer2 = Layer(64 * block.Expansion, width: 128, depths[1], stride: 2);
        layer3 = Layer(128 * block.Expansion, width: 256, depths[2], stride: 2);
        layer4 = Layer(256 * block.Expansion, width: 512, depths[3], stride: 2);
        fc = new Linear(512 * block.Expansion, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps(
                "stem", ["conv1", "bn1"], images => MaxPool2d(conv1.Call(images, bn1, Activation.Relu), kernel: 3, stride: 2, padding: 1)),
            Stage.OfMaps("stage1", ["layer1"], layer1.call),
            Stage.OfMaps("stage2", ["layer2"], layer2.call),
            Stage.OfMaps("stage3", ["layer3"], layer3.call),
            Stage.OfMaps("stage4", ["layer4"], layer4.call),
        ];

        Sequential Layer(long inputs, long width, int depth, long stride) => new(
        [
            block.Create(inputs, width, stride),
            .. Enumerable.Range(1, depth - 1).Select(_ => block.Create(width * block.Expansion, width, 1)),
        ]);
    }

    /// <summary>
    /// The family's networks, with torchvision's first weights (IMAGENET1K_V1): the label smoothing and mixing of the second recipe
    /// make better classifiers but less transferable features (Kornblith et al., "Why do better loss functions lead to less transferable
    /// features?", 2021).
    /// </summary>
    public static VisionFamily Family { get; } = new("ResNet",
    [
        Entry("resnet18", BasicBlock.Residual, [2, 2, 2, 2], "f37072fd", 69.758),
        Entry("resnet34", BasicBlock.Residual, [3, 4, 6, 3], "b627a593", 73.314),
        Entry("resnet50", Bottleneck.Residual, [3, 4, 6, 3], "0676ba61", 76.13).AndSecond("11ad3fa6", 80.858),
        Entry("resnet101", Bottleneck.Residual, [3, 4, 23, 3], "63fe2227", 77.374).AndSecond("cd907fc2", 81.886),
        Entry("resnet152", Bottleneck.Residual, [3, 8, 36, 3], "394f9c45", 78.312).AndSecond("f82ba261", 82.284),
        Entry("resnext50_32x4d", Bottleneck.InGroups(groups: 32, width: 4), [3, 4, 6, 3], "7cdf4587", 77.618).AndSecond("1a0047aa", 81.198),
        Entry("resnext101_32x8d", Bottleneck.InGroups(groups: 32, width: 8), [3, 4, 23, 3], "8ba56ff5", 79.312).AndSecond("110c445d", 82.834),
        Entry("resnext101_64x4d", Bottleneck.InGroups(groups: 64, width: 4), [3, 4, 23, 3], "173b62eb", 83.246) with
        {
            Input = new ImageSpec { Interpolation = Interpolation.Bilinear, ResizeSize = 232 },
        },
        Entry("wide_resnet50_2", Bottleneck.InGroups(groups: 1, width: 128), [3, 4, 6, 3], "95faca4d", 78.468).AndSecond("9ba9bcbe", 81.602),
        Entry("wide_resnet101_2", Bottleneck.InGroups(groups: 1, width: 128), [3, 4, 23, 3], "32ee1156", 78.848).AndSecond("d733dc28", 82.51),
    ]);

    public override IReadOnlyDictionary<string, string> StageEnds { get; } = new Dictionary<string, string> { ["maxpool"] = "stem" };

    public override int FeatureSize => (int)fc.Inputs;

    public override nn.Module<Tensor, Tensor> Classifier => fc;

    public override string ClassifierName => nameof(fc);

    private static VisionEntry Entry(string id, Residual block, int[] depths, string hash, double top1) => new(id, () => new ResNet(block, depths))
    {
        Input = new ImageSpec { Interpolation = Interpolation.Bilinear },
        Weights = new(id) { Repository = $"timm/{id}.tv_in1k", TorchFile = $"{id}-{hash}.pth" },
        Licence = "BSD-3-Clause",
        Top1 = top1,
    };

    /// <summary>
    /// A kind of residual block: how to create one from input channels, width and stride; it puts out width x expansion channels.
    /// </summary>
    private sealed record Residual(int Expansion, Func<long, long, long, Block> Create);

    /// <summary>Brings a block's input to the shape of its output.</summary>
    private sealed class Downsample : Block
    {
        // Not fields of their own, which would be their names.
        private readonly (Convolution Convolution, BatchNorm Norm) _parts;

        private Downsample(long inputs, long outputs, long stride)
        {
            _parts = (new Convolution(inputs, outputs, kernel: 1, stride), new BatchNorm(outputs));
            register_module("0", _parts.Convolution);
            register_module("1", _parts.Norm);
        }

        /// <summary>Null where the shapes are the same.</summary>
        public static Downsample? Where(long inputs, long outputs, long stride) =>
            inputs == outputs && stride == 1 ? null : new(inputs, outputs, stride);

        protected override Tensor Compute(Tensor x) => _parts.Convolution.Call(x, _parts.Norm);
    }

    /// <summary>3x3, 3x3.</summary>
    private sealed class BasicBlock : Block
    {
        // Where planes take less time than pixels (training the last stage of ResNet-18: a tenth to a seventh).
        private const long WidthInPlanes = 512;

        public static readonly Residual Residual = new(Expansion: 1, (inputs, width, stride) => new BasicBlock(inputs, width, stride));

        private readonly Convolution conv1;
        private readonly BatchNorm bn1;
        private readonly Convolution conv2;
        private readonly BatchNorm bn2;
        private readonly Downsample? downsample;

        private BasicBlock(long inputs, long width, long stride)
        {
            var planes = width >= WidthInPlanes;
            conv1 = new Convolution(inputs, width, kernel: 3, stride, planes: planes);
            bn1 = new BatchNorm(width);
            conv2 = new Convolution(width, width, kernel: 3, planes: planes);
            bn2 = new BatchNorm(width);
            downsample = Downsample.Where(inputs, width, stride);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var inner = conv1.Call(x, bn1, Activation.Relu);
            return conv2.Call(inner, bn2, Activation.Relu, residual: downsample?.call(x) ?? x);
        }
    }

    /// <summary>1x1 down, 3x3, 1x1 up to four times the width.</summary>
    private sealed class Bottleneck : Block
    {
        public static readonly Residual Residual = InGroups(groups: 1, width: 64);

        private readonly Convolution conv1;
        private readonly BatchNorm bn1;
        private readonly Convolution conv2;
        private readonly BatchNorm bn2;
        private readonly Convolution conv3;
        private readonly BatchNorm bn3;
        private readonly Downsample? downsample;

        /// <param name="inputs">Channels that come in.</param>
        /// <param name="inner">Channels of the 3x3 convolution.</param>
        /// <param name="width">A quarter of the channels that go out.</param>
        /// <param name="stride">Step of the 3x3 convolution.</param>
        /// <param name="groups">Its groups.</param>
        private Bottleneck(long inputs, long inner, long width, long stride, long groups)
        {
            conv1 = new Convolution(inputs, inner, kernel: 1);
            bn1 = new BatchNorm(inner);
            conv2 = new Convolution(inner, inner, kernel: 3, stride, groups: groups);
            bn2 = new BatchNorm(inner);
            conv3 = new Convolution(inner, width * 4, kernel: 1);
            bn3 = new BatchNorm(width * 4);
            downsample = Downsample.Where(inputs, width * 4, stride);
            RegisterComponents();
        }

        /// <summary>3x3 convolutions in so many groups, of that width each where the block's own is 64.</summary>
        public static Residual InGroups(long groups, long width) => new(
            Expansion: 4, (inputs, own, stride) => new Bottleneck(inputs, own * width / 64 * groups, own, stride, groups));

        protected override Tensor Compute(Tensor x)
        {
            var inner = conv1.Call(x, bn1, Activation.Relu);
            inner = conv2.Call(inner, bn2, Activation.Relu);
            return conv3.Call(inner, bn3, Activation.Relu, residual: downsample?.call(x) ?? x);
        }
    }
}
