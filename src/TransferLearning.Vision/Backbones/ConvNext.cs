using System.Globalization;
using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;
using Parameter = TorchSharp.Modules.Parameter;

namespace TransferLearning.Vision;

/// <summary>ConvNeXt (Liu et al., "A ConvNet for the 2020s", CVPR 2022), with torchvision's names.</summary>
internal sealed class ConvNext : ImageNetwork
{
    private const double Epsilon = 1e-6;

    private readonly Sequential features;
    private readonly Sequential classifier;

    private ConvNext(int[] widths, int[] depths, double dropped)
    {
        var (block, blocks) = (0, depths.Sum());
        List<nn.Module<Tensor, Tensor>> parts =
            [new Sequential(new Convolution(3, widths[0], kernel: 4, stride: 4, padding: Padding.None, hasBias: true), new MapNorm(widths[0], Epsilon))];
        foreach (var (i, width) in widths.Index())
        {
            if (i > 0)
                parts.Add(new Sequential(
                    new MapNorm(widths[i - 1], Epsilon),
                    new Convolution(widths[i - 1], width, kernel: 2, stride: 2, padding: Padding.None, hasBias: true)));
            parts.Add(
                new Sequential(Enumerable.Range(0, depths[i]).Select(_ => new Inner(width, dropped * block++ / (blocks - 1))).ToArray()));
        }
        features = new(parts);
        FeatureSize = widths[^1];
        classifier = new(new LayerNorm(FeatureSize, Epsilon), new Unnamed(Identity), new Linear(FeatureSize, Classes));
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["features.0"], images => features.Call(images, ..1)),
            Stage.OfMaps("stage1", ["features.1"], map => features.Call(map, 1..2)),
            Stage.OfMaps("stage2", ["features.2", "features.3"], map => features.Call(map, 2..4)),
            Stage.OfMaps("stage3", ["features.4", "features.5"], map => features.Call(map, 4..6)),
            Stage.OfMaps("stage4", ["features.6", "features.7"], map => features.Call(map, 6..8)),
            Stage.OfMaps("norm", ["classifier.0"], map => classifier.Call(Mean(map, [2, 3]), ..1)),
        ];
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("ConvNeXt",
    [
        Entry("convnext_tiny", 96, [3, 3, 9, 3], 0.1, "983f1562", 82.52, resize: 236),
        Entry("convnext_small", 96, [3, 3, 27, 3], 0.4, "0c510722", 83.616, resize: 230),
        Entry("convnext_base", 128, [3, 3, 27, 3], 0.5, "6075fbad", 84.062, resize: 232),
        Entry("convnext_large", 192, [3, 3, 27, 3], 0.5, "ea097f82", 84.414, resize: 232),
    ]);

    public override int FeatureSize { get; }

    public override nn.Module<Tensor, Tensor> Classifier => classifier[2];

    public override string ClassifierName => "classifier.2";

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

    private static VisionEntry Entry(
        string id, int width, int[] depths, double dropped, string hash, double top1, int resize) => VisionEntry.Torchvision(
        id, () => new ConvNext([width, 2 * width, 4 * width, 8 * width], depths, dropped), $"{id}-{hash}.pth", top1, resize)
        with { TimmNames = new("timm", TimmName) };

    private static string TimmName(string name)
    {
        var parts = name.Split('.');
        var part = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return (parts[0], part) switch
        {
            ("classifier", 0) => $"head.norm.{parts[2]}",
            ("classifier", _) => $"head.fc.{parts[2]}",
            (_, 0) => $"stem.{parts[2]}.{parts[3]}",
            _ when part % 2 == 0 => $"stages.{part / 2}.downsample.{parts[2]}.{parts[3]}",
            _ => $"stages.{part / 2}.blocks.{parts[2]}." + string.Join('.', parts[3..]) switch
            {
                "layer_scale" => "gamma",
                var inner => inner.Replace(
                    "block.0.", "conv_dw.", StringComparison.Ordinal).Replace("block.2.", "norm.", StringComparison.Ordinal)
                    .Replace("block.3.", "mlp.fc1.", StringComparison.Ordinal).Replace("block.5.", "mlp.fc2.", StringComparison.Ordinal),
            },
        };
    }

    /// <summary>Depthwise 7x7, norm, and two linear layers over the channels; scaled channel by channel, and added.</summary>
    private sealed class Inner : Block
    {
        private readonly Parameter layer_scale;
        private readonly Sequential block;
        private readonly StochasticDepth stochastic_depth;

        public Inner(long width, double dropped)
        {
            layer_scale = Parameters.Filled(1e-6, width, 1, 1);
            block = new(
                new Convolution(width, width, kernel: 7, groups: width, hasBias: true),
                new Unnamed(map => Permute(map, 0, 2, 3, 1)),
                new LayerNorm(width, Epsilon),
                new Linear(width, 4 * width), new ActivationLayer(Activation.Gelu), new Linear(4 * width, width),
                new Unnamed(map => Permute(map, 0, 3, 1, 2)));
            stochastic_depth = new StochasticDepth(dropped);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => stochastic_depth.Add(Multiply(block.call(x), layer_scale), x);
    }
}
