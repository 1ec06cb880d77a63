using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// Inception v3 (Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016), with torchvision's names, without
/// the auxiliary classifier.
/// </summary>
internal sealed class InceptionV3 : ImageNetwork
{
    private const int Width = 2048;

    private readonly BasicConv Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3, Conv2d_3b_1x1, Conv2d_4a_3x3;
    private readonly Block Mixed_5b, Mixed_5c, Mixed_5d;
    private readonly Block Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e;
    private readonly Block Mixed_7a, Mixed_7b, Mixed_7c;
    private readonly Dropout dropout;
    private readonly Linear fc;

    private InceptionV3()
    {
        Conv2d_1a_3x3 = new BasicConv(3, 32, (3, 3), stride: 2, Padding.None);
        Conv2d_2a_3x3 = new BasicConv(32, 32, (3, 3), padding: Padding.None);
        Conv2d_2b_3x3 = new BasicConv(32, 64, (3, 3));
        Conv2d_3b_1x1 = new BasicConv(64, 80, (1, 1));
        Conv2d_4a_3x3 = new BasicConv(80, 192, (3, 3), padding: Padding.None);
        Mixed_5b = new Squares(192, pooled: 32);
        Mixed_5c = new Squares(256, pooled: 64);
        Mixed_5d = new Squares(288, pooled: 64);
        Mixed_6a = new FirstReduction(288);
        Mixed_6b = new Strips(768, inner: 128);
        Mixed_6c = new Strips(768, inner: 160);
        Mixed_6d = new Strips(768, inner: 160);
        Mixed_6e = new Strips(768, inner: 192);
        Mixed_7a = new SecondReduction(768);
        Mixed_7b = new Fans(1280);
        Mixed_7c = new Fans(2048);
        dropout = new Dropout(0.5);
        fc = new Linear(Width, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps(
                "stem", [nameof(Conv2d_1a_3x3), nameof(Conv2d_2a_3x3), nameof(Conv2d_2b_3x3), nameof(Conv2d_3b_1x1), nameof(Conv2d_4a_3x3)],
                images => Half(Conv2d_4a_3x3.call(Conv2d_3b_1x1.call(Half(Conv2d_2b_3x3.call(Conv2d_2a_3x3.call(Conv2d_1a_3x3.call(images)))))))),
            Group("stage1", [nameof(Mixed_5b), nameof(Mixed_5c), nameof(Mixed_5d)], [Mixed_5b, Mixed_5c, Mixed_5d]),
            Group(
                "stage2", [nameof(Mixed_6a), nameof(Mixed_6b), nameof(Mixed_6c), nameof(Mixed_6d), nameof(Mixed_6e)],
                [Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e]),
            Group("stage3", [nameof(Mixed_7a), nameof(Mixed_7b), nameof(Mixed_7c)], [Mixed_7a, Mixed_7b, Mixed_7c]),
        ];

        static LayerGroup Group(string name, string[] prefixes, Block[] parts) =>
            Stage.OfMaps(name, prefixes, map => parts.Aggregate(map, (hidden, part) => part.call(hidden)));
    }

    /// <summary>
    /// The one network of the family. Its weights were trained on images from -1 to 1; their auxiliary classifier, which nothing reads,
    /// stays in the file.
    /// </summary>
    public static VisionFamily Family { get; } = new("Inception",
    [
        VisionEntry.Torchvision("inception_v3", () => new InceptionV3(), "inception_v3_google-0cc3c7bd.pth", 77.294, resize: 342, crop: 299)
            .FromMinusOneToOne() with { Unused = [@"^AuxLogits\."] },
    ]);

    public override IReadOnlyDictionary<string, string> StageEnds { get; } = new Dictionary<string, string> { ["maxpool2"] = "stem" };

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => fc;

    public override string ClassifierName => nameof(fc);

    protected override Tensor Classify(TensorSet hidden) => fc.call(Dropout(Pool(hidden), dropout));

    private static Tensor Half(Tensor map) => MaxPool2d(map, kernel: 3, stride: 2);

    private static Tensor Smooth(Tensor map) => AveragePool2d(map, kernel: 3, stride: 1, padding: 1);

    /// <summary>A convolution with its norm.</summary>
    private sealed class BasicConv : Block
    {
        private readonly Convolution conv;
        private readonly BatchNorm bn;

        public BasicConv(long inputs, long outputs, (long Height, long Width) kernel, long stride = 1, Padding padding = default)
        {
            conv = new Convolution(inputs, outputs, kernel, stride, padding: padding);
            bn = new BatchNorm(outputs, epsilon: 1e-3);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => conv.Call(x, bn, Activation.Relu);
    }

    /// <summary>"InceptionA": 1x1, 5x5, two 3x3, and the mean of the neighbours.</summary>
    private sealed class Squares : Block
    {
        private readonly BasicConv branch1x1, branch5x5_1, branch5x5_2, branch3x3dbl_1, branch3x3dbl_2, branch3x3dbl_3, branch_pool;

        public Squares(long inputs, long pooled)
        {
            branch1x1 = new BasicConv(inputs, 64, (1, 1));
            branch5x5_1 = new BasicConv(inputs, 48, (1, 1));
            branch5x5_2 = new BasicConv(48, 64, (5, 5));
            branch3x3dbl_1 = new BasicConv(inputs, 64, (1, 1));
            branch3x3dbl_2 = new BasicConv(64, 96, (3, 3));
            branch3x3dbl_3 = new BasicConv(96, 96, (3, 3));
            branch_pool = new BasicConv(inputs, pooled, (1, 1));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => Concat(
        [
            branch1x1.call(x), branch5x5_2.call(branch5x5_1.call(x)),
            branch3x3dbl_3.call(branch3x3dbl_2.call(branch3x3dbl_1.call(x))), branch_pool.call(Smooth(x)),
        ], 1);
    }

    /// <summary>"InceptionB": halves the map.</summary>
    private sealed class FirstReduction : Block
    {
        private readonly BasicConv branch3x3, branch3x3dbl_1, branch3x3dbl_2, branch3x3dbl_3;

        public FirstReduction(long inputs)
        {
            branch3x3 = new BasicConv(inputs, 384, (3, 3), stride: 2, Padding.None);
            branch3x3dbl_1 = new BasicConv(inputs, 64, (1, 1));
            branch3x3dbl_2 = new BasicConv(64, 96, (3, 3));
            branch3x3dbl_3 = new BasicConv(96, 96, (3, 3), stride: 2, Padding.None);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) =>
            Concat([branch3x3.call(x), branch3x3dbl_3.call(branch3x3dbl_2.call(branch3x3dbl_1.call(x))), Half(x)], 1);
    }

    /// <summary>"InceptionC": 7x7 as 1x7 and 7x1, once and twice.</summary>
    private sealed class Strips : Block
    {
        private readonly BasicConv branch1x1, branch7x7_1, branch7x7_2, branch7x7_3;
        private readonly BasicConv branch7x7dbl_1, branch7x7dbl_2, branch7x7dbl_3, branch7x7dbl_4, branch7x7dbl_5, branch_pool;

        public Strips(long inputs, long inner)
        {
            branch1x1 = new BasicConv(inputs, 192, (1, 1));
            branch7x7_1 = new BasicConv(inputs, inner, (1, 1));
            branch7x7_2 = new BasicConv(inner, inner, (1, 7));
            branch7x7_3 = new BasicConv(inner, 192, (7, 1));
            branch7x7dbl_1 = new BasicConv(inputs, inner, (1, 1));
            branch7x7dbl_2 = new BasicConv(inner, inner, (7, 1));
            branch7x7dbl_3 = new BasicConv(inner, inner, (1, 7));
            branch7x7dbl_4 = new BasicConv(inner, inner, (7, 1));
            branch7x7dbl_5 = new BasicConv(inner, 192, (1, 7));
            branch_pool = new BasicConv(inputs, 192, (1, 1));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var twice = branch7x7dbl_3.call(branch7x7dbl_2.call(branch7x7dbl_1.call(x)));
            return Concat(
            [
                branch1x1.call(x), branch7x7_3.call(branch7x7_2.call(branch7x7_1.call(x))),
                branch7x7dbl_5.call(branch7x7dbl_4.call(twice)), branch_pool.call(Smooth(x)),
            ], 1);
        }
    }

    /// <summary>"InceptionD": halves the map.</summary>
    private sealed class SecondReduction : Block
    {
        private readonly BasicConv branch3x3_1, branch3x3_2, branch7x7x3_1, branch7x7x3_2, branch7x7x3_3, branch7x7x3_4;

        public SecondReduction(long inputs)
        {
            branch3x3_1 = new BasicConv(inputs, 192, (1, 1));
            branch3x3_2 = new BasicConv(192, 320, (3, 3), stride: 2, Padding.None);
            branch7x7x3_1 = new BasicConv(inputs, 192, (1, 1));
            branch7x7x3_2 = new BasicConv(192, 192, (1, 7));
            branch7x7x3_3 = new BasicConv(192, 192, (7, 1));
            branch7x7x3_4 = new BasicConv(192, 192, (3, 3), stride: 2, Padding.None);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => Concat(
        [
            branch3x3_2.call(branch3x3_1.call(x)),
            branch7x7x3_4.call(branch7x7x3_3.call(branch7x7x3_2.call(branch7x7x3_1.call(x)))), Half(x),
        ], 1);
    }

    /// <summary>"InceptionE": 3x3 as 1x3 and 3x1 side by side.</summary>
    private sealed class Fans : Block
    {
        private readonly BasicConv branch1x1, branch3x3_1, branch3x3_2a, branch3x3_2b;
        private readonly BasicConv branch3x3dbl_1, branch3x3dbl_2, branch3x3dbl_3a, branch3x3dbl_3b, branch_pool;

        public Fans(long inputs)
        {
            branch1x1 = new BasicConv(inputs, 320, (1, 1));
            branch3x3_1 = new BasicConv(inputs, 384, (1, 1));
            branch3x3_2a = new BasicConv(384, 384, (1, 3));
            branch3x3_2b = new BasicConv(384, 384, (3, 1));
            branch3x3dbl_1 = new BasicConv(inputs, 448, (1, 1));
            branch3x3dbl_2 = new BasicConv(448, 384, (3, 3));
            branch3x3dbl_3a = new BasicConv(384, 384, (1, 3));
            branch3x3dbl_3b = new BasicConv(384, 384, (3, 1));
            branch_pool = new BasicConv(inputs, 192, (1, 1));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var (once, twice) = (branch3x3_1.call(x), branch3x3dbl_2.call(branch3x3dbl_1.call(x)));
            return Concat(
            [
                branch1x1.call(x), branch3x3_2a.call(once), branch3x3_2b.call(once),
                branch3x3dbl_3a.call(twice), branch3x3dbl_3b.call(twice), branch_pool.call(Smooth(x)),
            ], 1);
        }
    }
}
