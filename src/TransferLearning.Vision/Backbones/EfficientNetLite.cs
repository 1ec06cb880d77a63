using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// EfficientNet-Lite (Tan and Le, "EfficientNet", ICML 2019; the Lite variants by Liu and the TensorFlow team, 2020)
/// with timm's names: no squeeze-and-excite, ReLU6, TensorFlow's padding and epsilon.
/// Width and depth scale, but for the stem, the last convolution, and the depth of the first and the last stage.
/// </summary>
internal sealed class EfficientNetLite : ImageNetwork
{
    private const int StemWidth = 32;
    private const int FeatureWidth = 1280;

    /// <summary>The stages of the unscaled network; the first has no expansion.</summary>
    private static readonly StageShape[] Stages =
    [
        new(Width: 16, Depth: 1, Kernel: 3, Stride: 1),
        new(Width: 24, Depth: 2, Kernel: 3, Stride: 2),
        new(Width: 40, Depth: 2, Kernel: 5, Stride: 2),
        new(Width: 80, Depth: 3, Kernel: 3, Stride: 2),
        new(Width: 112, Depth: 3, Kernel: 5, Stride: 1),
        new(Width: 192, Depth: 4, Kernel: 5, Stride: 2),
        new(Width: 320, Depth: 1, Kernel: 3, Stride: 1),
    ];

    private readonly Convolution conv_stem;
    private readonly BatchNorm bn1;
    private readonly Sequential blocks;
    private readonly Convolution conv_head;
    private readonly BatchNorm bn2;
    private readonly Linear classifier;

    private EfficientNetLite(double width, double depth)
    {
        conv_stem = new Convolution(3, StemWidth, kernel: 3, stride: 2, padding: Padding.Same);
        bn1 = Norm(StemWidth);

        var channels = StemWidth;
        var stages = new List<Sequential>();
        foreach (var stage in Stages)
        {
            var outputs = Scale(stage.Width, width);
            var repeats = stage.Depth == 1 ? 1 : (int)Math.Ceiling(stage.Depth * depth);
            Block first = stages.Count == 0
                ? new SeparableBlock(channels, outputs, stage.Kernel)
                : new InvertedResidual(channels, outputs, stage.Kernel, stage.Stride);
            stages.Add(
                new Sequential([first, .. Enumerable.Range(1, repeats - 1).Select(_ => new InvertedResidual(outputs, outputs, stage.Kernel, stride: 1))]));
            channels = outputs;
        }
        blocks = new Sequential(stages);

        conv_head = new Convolution(channels, FeatureWidth, kernel: 1);
        bn2 = Norm(FeatureWidth);
        classifier = new Linear(FeatureWidth, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["conv_stem", "bn1"], images => conv_stem.Call(images, bn1, Activation.Relu6)),
            .. stages.Select((stage, i) => Stage.OfMaps($"stage{i + 1}", [$"blocks.{i}"], stage.call)),
            Stage.OfMaps("last_conv", ["conv_head", "bn2"], map => conv_head.Call(map, bn2, Activation.Relu6)),
        ];
    }

    /// <summary>The family's networks, with timm's input sizes.</summary>
    public static VisionFamily Family { get; } = new("EfficientNet-Lite",
    [
        Entry("efficientnet_lite0", width: 1.0, depth: 1.0, size: 224, crop: 0.875, Interpolation.Bicubic, 74.846),
        Entry("efficientnet_lite1", width: 1.0, depth: 1.1, size: 240, crop: 0.882, Interpolation.Bicubic, 76.674),
        Entry("efficientnet_lite2", width: 1.1, depth: 1.2, size: 260, crop: 0.890, Interpolation.Bicubic, 77.47),
        Entry("efficientnet_lite3", width: 1.2, depth: 1.4, size: 300, crop: 0.904, Interpolation.Bilinear, 79.808),
        Entry("efficientnet_lite4", width: 1.4, depth: 1.8, size: 380, crop: 0.920, Interpolation.Bilinear, 81.54),
    ]);

    public override int FeatureSize => FeatureWidth;

    public override nn.Module<Tensor, Tensor> Classifier => classifier;

    public override string ClassifierName => nameof(classifier);

    public override void Initialize()
    {
        base.Initialize();
        var bound = 1 / Math.Sqrt(Classes);
        Draw([classifier], weight => weight.uniform_(-bound, bound));
    }

    private static VisionEntry Entry(string id, double width, double depth, int size, double crop, Interpolation interpolation, double top1) => new(
        id, () => new EfficientNetLite(width, depth))
    {
        Alias = $"tf_{id}",
        Input = ImageSpec.FromCropFraction(size, crop) with
        {
            Interpolation = interpolation, Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f]
        },
        Weights = new(id)
        {
            Repository = $"timm/tf_{id}.in1k", Package = id == "efficientnet_lite0" ? "TransferLearning.Weights.EfficientNetLite0" : null
        },
        WeightsName = "in1k",
        Licence = "Apache-2.0",
        Top1 = top1,
    };

    private static BatchNorm Norm(long channels) => new(channels, epsilon: 1e-3);

    /// <summary>Scales a width and rounds it to a multiple of 8 that is at least 90 % of it.</summary>
    private static int Scale(int width, double factor)
    {
        var rounded = Math.Max(8, (int)(width * factor + 4) / 8 * 8);
        return rounded < 0.9 * width * factor ? rounded + 8 : rounded;
    }

    private sealed record StageShape(int Width, int Depth, int Kernel, int Stride);

    /// <summary>Depthwise convolution, 1x1 to the output's width; no residual: its input is never as wide as its output.</summary>
    private sealed class SeparableBlock : Block
    {
        private readonly Convolution conv_dw;
        private readonly BatchNorm bn1;
        private readonly Convolution conv_pw;
        private readonly BatchNorm bn2;

        public SeparableBlock(long inputs, long outputs, long kernel)
        {
            conv_dw = new Convolution(inputs, inputs, kernel, groups: inputs);
            bn1 = Norm(inputs);
            conv_pw = new Convolution(inputs, outputs, kernel: 1);
            bn2 = Norm(outputs);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => conv_pw.Call(conv_dw.Call(x, bn1, Activation.Relu6), bn2);
    }

    /// <summary>1x1 to six times the width, depthwise convolution, 1x1 to the output's width; a residual where the shape stays.</summary>
    private sealed class InvertedResidual : Block
    {
        private readonly Convolution conv_pw;
        private readonly BatchNorm bn1;
        private readonly Convolution conv_dw;
        private readonly BatchNorm bn2;
        private readonly Convolution conv_pwl;
        private readonly BatchNorm bn3;
        private readonly bool _isResidual;

        public InvertedResidual(long inputs, long outputs, long kernel, long stride)
        {
            var expanded = 6 * inputs;
            conv_pw = new Convolution(inputs, expanded, kernel: 1);
            bn1 = Norm(expanded);
            conv_dw = new Convolution(expanded, expanded, kernel, stride, groups: expanded, padding: Padding.Same);
            bn2 = Norm(expanded);
            conv_pwl = new Convolution(expanded, outputs, kernel: 1);
            bn3 = Norm(outputs);
            _isResidual = stride == 1 && inputs == outputs;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var inner = conv_pw.Call(x, bn1, Activation.Relu6);
            inner = conv_dw.Call(inner, bn2, Activation.Relu6);
            return conv_pwl.Call(inner, bn3, residual: _isResidual ? x : null);
        }
    }
}
