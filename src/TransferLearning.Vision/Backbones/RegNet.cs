using System.Globalization;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// RegNet X and Y (Radosavovic et al., "Designing network design spaces", CVPR 2020), with torchvision's names; Y has a gate in each block.
/// </summary>
internal sealed class RegNet : ImageNetwork
{
    private const int StemWidth = 32;

    private readonly Sequential stem;
    private readonly Trunk trunk_output;
    private readonly Linear fc;

    private RegNet(IReadOnlyList<Shape> shapes, bool isGated)
    {
        stem = ConvNorm.Of(new Convolution(3, StemWidth, kernel: 3, stride: 2), new BatchNorm(StemWidth), Activation.Relu);
        trunk_output = new Trunk(shapes, isGated);
        fc = new Linear(shapes[^1].Width, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["stem"], stem.call),
            .. trunk_output.Stages.Select((stage, i) => Stage.OfMaps($"stage{i + 1}", [$"trunk_output.block{i + 1}"], stage.call)),
        ];
    }

    /// <summary>The family's networks, with torchvision's first weights; those of <c>y_128gf</c> are for non-commercial use.</summary>
    public static VisionFamily Family { get; } = new("RegNet",
    [
        Entry("regnet_x_400mf", [1, 2, 7, 12], [32, 64, 160, 400], 16, "adf1edd5", 72.834).AndSecond("62229a5f", 74.864),
        Entry("regnet_x_800mf", [1, 3, 7, 5], [64, 128, 288, 672], 16, "ad17e45c", 75.212).AndSecond("94a99ebd", 77.522),
        Entry("regnet_x_1_6gf", [2, 4, 10, 2], [72, 168, 408, 912], 24, "e3633e7f", 77.04).AndSecond("a12f2b72", 79.668),
        Entry("regnet_x_3_2gf", [2, 6, 15, 2], [96, 192, 432, 1008], 48, "f342aeae", 78.364).AndSecond("7071aa85", 81.196),
        Entry("regnet_x_8gf", [2, 5, 15, 1], [80, 240, 720, 1920], 120, "03ceed89", 79.344).AndSecond("2b70d774", 81.682),
        Entry("regnet_x_16gf", [2, 6, 13, 1], [256, 512, 896, 2048], 128, "2007eb11", 80.058).AndSecond("ba3796d7", 82.716),
        Entry("regnet_x_32gf", [2, 7, 13, 1], [336, 672, 1344, 2520], 168, "9d47f8d0", 80.622).AndSecond("6eb8fdc6", 83.014),
        Entry("regnet_y_400mf", [1, 3, 6, 6], [48, 104, 208, 440], 8, "c65dace8", 74.046).AndSecond("e6988f5f", 75.804),
        Entry("regnet_y_800mf", [1, 3, 8, 2], [64, 144, 320, 784], 16, "1b27b58c", 76.42).AndSecond("58fc7688", 78.828),
        Entry("regnet_y_1_6gf", [2, 6, 17, 2], [48, 120, 336, 888], 24, "b11a554e", 77.95).AndSecond("0d7bc02a", 80.876),
        Entry("regnet_y_3_2gf", [2, 5, 13, 1], [72, 216, 576, 1512], 24, "b5a9779c", 78.948).AndSecond("9180c971", 81.982),
        Entry("regnet_y_8gf", [2, 4, 10, 1], [224, 448, 896, 2016], 56, "d0d0e4a8", 80.032).AndSecond("dc2b1b54", 82.828),
        Entry("regnet_y_16gf", [2, 4, 11, 1], [224, 448, 1232, 3024], 112, "9e6ed7dd", 80.424).AndSecond("3e4a00f9", 82.886)
            .AndSwag("IMAGENET1K_SWAG_E2E_V1", "swag-43afe44d", 86.012, size: 384).AndSwag("IMAGENET1K_SWAG_LINEAR_V1", "lc_swag-f3ec0043", 83.976, size: 224),
        Entry("regnet_y_32gf", [2, 5, 12, 1], [232, 696, 1392, 3712], 232, "4dee3f7a", 80.878).AndSecond("8db6d4b5", 83.368)
            .AndSwag("IMAGENET1K_SWAG_E2E_V1", "swag-04fdfa75", 86.838, size: 384).AndSwag("IMAGENET1K_SWAG_LINEAR_V1", "lc_swag-e1583746", 84.622, size: 224),
        Entry("regnet_y_128gf", [2, 7, 17, 1], [528, 1056, 2904, 7392], 264, "swag-c8ce3e52", 88.228, size: 384)
            .AndSwag("IMAGENET1K_SWAG_LINEAR_V1", "lc_swag-cbe8ce12", 86.068, size: 224),
    ]);

    public override int FeatureSize => (int)fc.Inputs;

    public override nn.Module<Tensor, Tensor> Classifier => fc;

    public override string ClassifierName => nameof(fc);

    public override void Initialize()
    {
        base.Initialize();
        Draw([fc], weight => weight.normal_(0, 0.01));
    }

    private static VisionEntry Entry(string id, int[] depths, int[] widths, int groupWidth, string hash, double top1, int? size = null)
    {
        Shape[] shapes = [.. depths.Zip(widths, (depth, width) => new Shape(depth, width, Math.Min(groupWidth, width)))];
        var isGated = id.StartsWith("regnet_y", StringComparison.Ordinal);
        return size is null
            ? VisionEntry.Torchvision(id, () => new RegNet(shapes, isGated), $"{id}-{hash}.pth", top1) with { TimmNames = new("timm", TimmName) }
            : VisionEntry.Torchvision(
                id, () => new RegNet(shapes, isGated), $"{id}_{hash}.pth", top1, size.Value, size.Value, Interpolation.Bicubic)
                with { WeightsName = "IMAGENET1K_SWAG_E2E_V1", Licence = "CC-BY-NC-4.0" };
    }

    private static string TimmName(string name)
    {
        var parts = name.Split('.');
        if (parts[0] == "fc") return $"head.fc.{parts[1]}";
        if (parts[0] == "stem") return $"stem.{Part(parts[1])}.{parts[2]}";
        var block = parts[2].Split('-');
        var path = $"s{block[0]["block".Length..]}.b{int.Parse(block[1], CultureInfo.InvariantCulture) + 1}";
        return (parts[3], parts[4]) switch
        {
            ("proj", var part) => $"{path}.downsample.{Part(part)}.{parts[5]}",
            (_, "se") => $"{path}.se.{parts[5]}.{parts[6]}",
            (_, var layer) => $"{path}.conv{layer[0] - 'a' + 1}.{Part(parts[5])}.{parts[6]}",
        };

        static string Part(string index) => index == "0" ? "conv" : "bn";
    }

    /// <summary>A stage: its blocks, their width, and that of their groups.</summary>
    private sealed record Shape(int Depth, int Width, int GroupWidth);

    /// <summary>The stages, called block1 to block4; their blocks are called block1-0, block1-1 and so on.</summary>
    private sealed class Trunk : nn.Module
    {
        public Trunk(IReadOnlyList<Shape> shapes, bool isGated) : base(nameof(Trunk))
        {
            List<Stack> stages = [];
            var inputs = StemWidth;
            foreach (var (i, shape) in shapes.Index())
            {
                var stage = new Stack($"block{i + 1}", inputs, shape, isGated);
                register_module($"block{i + 1}", stage);
                stages.Add(stage);
                inputs = shape.Width;
            }
            Stages = stages;
        }

        public IReadOnlyList<Stack> Stages { get; }
    }

    /// <summary>Blocks one after the other, the first of which halves the map.</summary>
    private sealed class Stack : Block
    {
        private readonly Residual[] _blocks;

        public Stack(string name, long inputs, Shape shape, bool isGated)
        {
            _blocks = [
                .. Enumerable.Range(0, shape.Depth).Select(i => new Residual(i == 0 ? inputs : shape.Width, shape, i == 0 ? 2 : 1, isGated))];
            foreach (var (i, block) in _blocks.Index()) register_module($"{name}-{i}", block);
        }

        protected override Tensor Compute(Tensor x) => _blocks.Aggregate(x, (hidden, block) => block.call(hidden));
    }

    /// <summary>1x1, 3x3 in groups, the gate, 1x1; and what goes around them.</summary>
    private sealed class Residual : Block
    {
        private readonly Sequential? proj;
        private readonly Transform f;

        public Residual(long inputs, Shape shape, long stride, bool isGated)
        {
            proj = inputs == shape.Width && stride == 1
                ? null
                : ConvNorm.Of(new Convolution(inputs, shape.Width, kernel: 1, stride), new BatchNorm(shape.Width));
            f = new Transform(inputs, shape, stride, isGated);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => InPlace.Relu(InPlace.Add(f.call(x), proj?.call(x) ?? x));
    }

    private sealed class Transform : Block
    {
        private readonly Sequential a;
        private readonly Sequential b;
        private readonly SqueezeExcitation? se;
        private readonly Sequential c;

        public Transform(long inputs, Shape shape, long stride, bool isGated)
        {
            var width = shape.Width;
            a = ConvNorm.Of(new Convolution(inputs, width, kernel: 1), new BatchNorm(width), Activation.Relu);
            b = ConvNorm.Of(
                new Convolution(width, width, kernel: 3, stride, groups: width / shape.GroupWidth), new BatchNorm(width), Activation.Relu);
            se = isGated ? new SqueezeExcitation(width, (long)Math.Round(0.25 * inputs)) : null;
            c = ConvNorm.Of(new Convolution(width, width, kernel: 1), new BatchNorm(width));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var inner = b.call(a.call(x));
            return c.call(se?.call(inner) ?? inner);
        }
    }
}
