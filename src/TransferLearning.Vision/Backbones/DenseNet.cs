using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// DenseNet (Huang et al., "Densely connected convolutional networks", CVPR 2017), with torchvision's names: a norm and an activation come
/// before a convolution.
/// </summary>
internal sealed class DenseNet : ImageNetwork
{
    private readonly Features features;
    private readonly Linear classifier;

    private DenseNet(int stem, int growth, int[] depths)
    {
        features = new Features(stem, growth, depths);
        classifier = new Linear(features.Width, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["features.conv0", "features.norm0"], features.Stem),
            .. features.Stages.Select((stage, i) => Stage.OfMaps(
                $"stage{i + 1}",
                i < depths.Length - 1 ? [$"features.denseblock{i + 1}", $"features.transition{i + 1}"] : [$"features.denseblock{i + 1}"], stage)),
            Stage.OfMaps("norm", ["features.norm5"], features.Norm),
        ];
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("DenseNet",
    [
        Entry("densenet121", 64, 32, [6, 12, 24, 16], "a639ec97", 74.434),
        Entry("densenet161", 96, 48, [6, 12, 36, 24], "8d451a50", 77.138),
        Entry("densenet169", 64, 32, [6, 12, 32, 32], "b2777c0a", 75.6),
        Entry("densenet201", 64, 32, [6, 12, 48, 32], "c1103571", 76.896),
    ]);

    public override IReadOnlyDictionary<string, string> StageEnds { get; } = new Dictionary<string, string> { ["features.pool0"] = "stem" };

    public override int FeatureSize => (int)classifier.Inputs;

    public override nn.Module<Tensor, Tensor> Classifier => classifier;

    public override string ClassifierName => nameof(classifier);

    private static VisionEntry Entry(string id, int stem, int growth, int[] depths, string hash, double top1)
    {
        // The published files are older than the network: "norm.1" is "norm1" today.
        return VisionEntry.Torchvision(id, () => new DenseNet(stem, growth, depths), $"{id}-{hash}.pth", top1) with { Renames = [new("older files", @"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)$", "$1$2")] };
    }

    /// <summary>The layers before the classifier, whose names the class's fields cannot be.</summary>
    private sealed class Features : nn.Module
    {
        private readonly Convolution conv0;
        private readonly BatchNorm norm0;
        private readonly BatchNorm norm5;

        public Features(int stem, int growth, int[] depths) : base(nameof(Features))
        {
            register_module(nameof(conv0), conv0 = new Convolution(3, stem, kernel: 7, stride: 2));
            register_module(nameof(norm0), norm0 = new BatchNorm(stem));
            List<Func<Tensor, Tensor>> stages = [];
            var width = stem;
            foreach (var (i, depth) in depths.Index())
            {
                var block = new DenseBlock(width, growth, depth);
                register_module($"denseblock{i + 1}", block);
                width += depth * growth;
                if (i == depths.Length - 1)
                {
                    stages.Add(block.call);
                    break;
                }
                var transition = new Transition(width);
                register_module($"transition{i + 1}", transition);
                stages.Add(map => transition.call(block.call(map)));
                width /= 2;
            }
            register_module(nameof(norm5), norm5 = new BatchNorm(width));
            (Stages, Width) = (stages, width);
        }

        public int Width { get; }

        public IReadOnlyList<Func<Tensor, Tensor>> Stages { get; }

        public Tensor Stem(Tensor images) => MaxPool2d(conv0.Call(images, norm0, Activation.Relu), kernel: 3, stride: 2, padding: 1);

        public Tensor Norm(Tensor map) => InPlace.Relu(norm5.call(map));
    }

    /// <summary>Each layer reads what all before it gave.</summary>
    private sealed class DenseBlock : Block
    {
        private readonly DenseLayer[] _layers;

        public DenseBlock(long inputs, long growth, int depth)
        {
            _layers = [.. Enumerable.Range(0, depth).Select(i => new DenseLayer(inputs + i * growth, growth))];
            foreach (var (i, layer) in _layers.Index()) register_module($"denselayer{i + 1}", layer);
        }

        protected override Tensor Compute(Tensor x)
        {
            List<Tensor> maps = [x];
            foreach (var layer in _layers) maps.Add(layer.call(Concat([.. maps], 1)));
            return Concat([.. maps], 1);
        }
    }

    /// <summary>1x1 to four times the growth, 3x3 to the growth.</summary>
    private sealed class DenseLayer : Block
    {
        private const int Bottleneck = 4;

        private readonly BatchNorm norm1;
        private readonly Convolution conv1;
        private readonly BatchNorm norm2;
        private readonly Convolution conv2;

        public DenseLayer(long inputs, long growth)
        {
            norm1 = new BatchNorm(inputs);
            conv1 = new Convolution(inputs, Bottleneck * growth, kernel: 1);
            norm2 = new BatchNorm(Bottleneck * growth);
            conv2 = new Convolution(Bottleneck * growth, growth, kernel: 3);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => conv2.call(conv1.Call(InPlace.Relu(norm1.call(x)), norm2, Activation.Relu));
    }

    /// <summary>1x1 to half the width, then half the map.</summary>
    private sealed class Transition : Block
    {
        private readonly BatchNorm norm;
        private readonly Convolution conv;

        public Transition(long width)
        {
            norm = new BatchNorm(width);
            conv = new Convolution(width, width / 2, kernel: 1);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => AveragePool2d(conv.call(InPlace.Relu(norm.call(x))), kernel: 2, stride: 2);
    }
}
