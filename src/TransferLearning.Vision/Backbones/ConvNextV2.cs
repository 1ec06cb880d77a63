using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;
using Parameter = TorchSharp.Modules.Parameter;

namespace TransferLearning.Vision;

/// <summary>
/// ConvNeXt V2 (Woo et al., "ConvNeXt V2: co-designing and scaling ConvNets with masked autoencoders", CVPR 2023), with timm's names: the
/// layers over the channels are 1x1 convolutions in the small networks.
/// </summary>
internal sealed class ConvNextV2 : ImageNetwork
{
    private const double Epsilon = 1e-6;

    private readonly Sequential stem;
    private readonly ModuleList<Resolution> stages;
    private readonly Last head;

    private ConvNextV2(int[] widths, int[] depths, bool hasConvolutions)
    {
        stem = new(
            new Convolution(3, widths[0], kernel: 4, stride: 4, padding: Padding.None, hasBias: true), new MapNorm(widths[0], Epsilon));
        stages = new(widths.Select((width, i) => new Resolution(i == 0 ? null : widths[i - 1], width, depths[i], hasConvolutions)));
        head = new Last(widths[^1]);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["stem"], stem.call),
            .. stages.Select((stage, i) => Stage.OfMaps($"stage{i + 1}", [$"stages.{i}"], stage.call)),
            Stage.OfMaps("norm", ["head.norm"], map => head.norm.call(Mean(map, [2, 3]))),
        ];
    }

    /// <summary>
    /// The family's networks, with the weights that were pretrained by masking and trained on ImageNet; for non-commercial use.
    /// </summary>
    public static VisionFamily Family { get; } = new("ConvNeXt V2",
    [
        Entry("convnextv2_atto", 40, [2, 2, 6, 2], hasConvolutions: true, 76.644),
        Entry("convnextv2_femto", 48, [2, 2, 6, 2], hasConvolutions: true, 78.476),
        Entry("convnextv2_pico", 64, [2, 2, 6, 2], hasConvolutions: true, 80.304),
        Entry("convnextv2_nano", 80, [2, 2, 8, 2], hasConvolutions: true, 81.856),
        Entry("convnextv2_tiny", 96, [3, 3, 9, 3], hasConvolutions: false, 82.948),
        Entry("convnextv2_base", 128, [3, 3, 27, 3], hasConvolutions: false, null),
    ]);

    public override int FeatureSize => (int)head.fc.Inputs;

    public override nn.Module<Tensor, Tensor> Classifier => head.fc;

    public override string ClassifierName => "head.fc";

    public override void Initialize()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.zero_();
            else if (parameter.dim() is 2 or 4) parameter.normal_(0, 0.02);
        }
    }

    private static VisionEntry Entry(string id, int width, int[] depths, bool hasConvolutions, double? top1) =>
        new(id, () => new ConvNextV2([width, 2 * width, 4 * width, 8 * width], depths, hasConvolutions))
        {
            Input = ImageSpec.FromCropFraction(224, 0.875),
            Weights = new(id) { Repository = $"timm/{id}.fcmae_ft_in1k" },
            WeightsName = "fcmae_ft_in1k",
            Licence = "CC-BY-NC-4.0",
            Top1 = top1,
        };

    /// <summary>The blocks of one resolution, before which the map is halved but for the first.</summary>
    private sealed class Resolution : Block
    {
        private readonly Sequential? downsample;
        private readonly Sequential blocks;

        public Resolution(long? inputs, long width, int depth, bool hasConvolutions)
        {
            downsample = inputs is null ? null : new(
                new MapNorm(inputs.Value, Epsilon), new Convolution(inputs.Value, width, kernel: 2, stride: 2, padding: Padding.None, hasBias: true));
            blocks = new(Enumerable.Range(0, depth).Select(_ => new Inner(width, hasConvolutions)).ToArray());
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => blocks.call(downsample?.call(x) ?? x);
    }

    /// <summary>Depthwise 7x7, norm, and two layers over the channels with a norm of the responses between them; added.</summary>
    private sealed class Inner : Block
    {
        private readonly Convolution conv_dw;
        private readonly LayerNorm norm;
        private readonly Mlp mlp;

        public Inner(long width, bool hasConvolutions)
        {
            conv_dw = new Convolution(width, width, kernel: 7, groups: width, hasBias: true);
            norm = new LayerNorm(width, Epsilon);
            mlp = new Mlp(width, hasConvolutions);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var points = norm.call(Permute(conv_dw.call(x), 0, 2, 3, 1));
            return InPlace.Add(Permute(mlp.call(points), 0, 3, 1, 2), x);
        }
    }

    /// <summary>Points <c>[N, H, W, C]</c>.</summary>
    private sealed class Mlp : Block
    {
        private readonly nn.Module<Tensor, Tensor> fc1;
        private readonly ResponseNorm grn;
        private readonly nn.Module<Tensor, Tensor> fc2;
        private readonly bool _hasConvolutions;

        public Mlp(long width, bool hasConvolutions)
        {
            fc1 = Layer(width, 4 * width);
            grn = new ResponseNorm(4 * width);
            fc2 = Layer(4 * width, width);
            _hasConvolutions = hasConvolutions;
            RegisterComponents();

            nn.Module<Tensor, Tensor> Layer(long inputs, long outputs) =>
                hasConvolutions ? new Convolution(inputs, outputs, kernel: 1, hasBias: true) : new Linear(inputs, outputs);
        }

        protected override Tensor Compute(Tensor x) => Call(fc2, grn.call(Gelu(Call(fc1, x))));

        private Tensor Call(nn.Module<Tensor, Tensor> layer, Tensor x) =>
            _hasConvolutions ? Permute(layer.call(Permute(x, 0, 3, 1, 2)), 0, 2, 3, 1) : layer.call(x);
    }

    /// <summary>Global response normalisation: a channel's length over the map, divided by the mean length, scales the channel.</summary>
    private sealed class ResponseNorm : Block
    {
        private readonly Parameter weight;
        private readonly Parameter bias;

        public ResponseNorm(long width)
        {
            weight = Parameters.Filled(0, width);
            bias = Parameters.Filled(0, width);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var lengths = Sqrt(Sum(Multiply(x, x), [1, 2], keep: true));
            var shares = Divide(lengths, Shift(Mean(lengths, [-1], keep: true), Epsilon));
            return InPlace.Add(InPlace.Add(InPlace.Multiply(Multiply(x, shares), weight), bias), x);
        }
    }

    private sealed class Last : nn.Module
    {
        public readonly LayerNorm norm;
        public readonly Linear fc;

        public Last(long width) : base(nameof(Last))
        {
            norm = new LayerNorm(width, Epsilon);
            fc = new Linear(width, Classes);
            RegisterComponents();
        }
    }
}
