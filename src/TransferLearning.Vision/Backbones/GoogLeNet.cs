using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// GoogLeNet (Szegedy et al., "Going deeper with convolutions", CVPR 2015) with batch norms and torchvision's names, without the auxiliary
/// classifiers. What is called the 5x5 branch has a 3x3 kernel, as the published weights have.
/// </summary>
internal sealed class GoogLeNet : ImageNetwork
{
    private const int Width = 1024;

    private readonly BasicConv conv1, conv2, conv3;
    private readonly Inception inception3a, inception3b;
    private readonly Inception inception4a, inception4b, inception4c, inception4d, inception4e;
    private readonly Inception inception5a, inception5b;
    private readonly Dropout dropout;
    private readonly Linear fc;

    private GoogLeNet()
    {
        conv1 = new BasicConv(3, 64, kernel: 7, stride: 2);
        conv2 = new BasicConv(64, 64, kernel: 1);
        conv3 = new BasicConv(64, 192, kernel: 3);
        inception3a = new Inception(192, 64, (96, 128), (16, 32), 32);
        inception3b = new Inception(256, 128, (128, 192), (32, 96), 64);
        inception4a = new Inception(480, 192, (96, 208), (16, 48), 64);
        inception4b = new Inception(512, 160, (112, 224), (24, 64), 64);
        inception4c = new Inception(512, 128, (128, 256), (24, 64), 64);
        inception4d = new Inception(512, 112, (144, 288), (32, 64), 64);
        inception4e = new Inception(528, 256, (160, 320), (32, 128), 128);
        inception5a = new Inception(832, 256, (160, 320), (32, 128), 128);
        inception5b = new Inception(832, 384, (192, 384), (48, 128), 128);
        dropout = new Dropout(0.2);
        fc = new Linear(Width, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["conv1", "conv2", "conv3"], images => Half(conv3.call(conv2.call(Half(conv1.call(images)))))),
            Group("stage1", ["inception3a", "inception3b"], [inception3a, inception3b], Half),
            Group(
                "stage2", ["inception4a", "inception4b", "inception4c", "inception4d", "inception4e"],
                [inception4a, inception4b, inception4c, inception4d, inception4e], map => MaxPool2d(map, kernel: 2, stride: 2, ceil: true)),
            Group("stage3", ["inception5a", "inception5b"], [inception5a, inception5b], map => map),
        ];

        static Tensor Half(Tensor map) => MaxPool2d(map, kernel: 3, stride: 2, ceil: true);
        static LayerGroup Group(string name, string[] prefixes, Inception[] parts, Func<Tensor, Tensor> pool) =>
            Stage.OfMaps(name, prefixes, map => pool(parts.Aggregate(map, (hidden, part) => part.call(hidden))));
    }

    /// <summary>
    /// The one network of the family. Its weights were trained on images from -1 to 1; their auxiliary classifiers, which nothing reads,
    /// stay in the file.
    /// </summary>
    public static VisionFamily Family { get; } = new("GoogLeNet",
        [VisionEntry.Torchvision("googlenet", () => new GoogLeNet(), "googlenet-1378be20.pth", 69.778).FromMinusOneToOne() with { Unused = [@"^aux[12]\."] }]);

    public override IReadOnlyDictionary<string, string> StageEnds { get; } =
        new Dictionary<string, string> { ["maxpool2"] = "stem", ["maxpool3"] = "stage1", ["maxpool4"] = "stage2" };

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => fc;

    public override string ClassifierName => nameof(fc);

    protected override Tensor Classify(TensorSet hidden) => fc.call(Dropout(Pool(hidden), dropout));

    /// <summary>A convolution with its norm.</summary>
    private sealed class BasicConv : Block
    {
        private readonly Convolution conv;
        private readonly BatchNorm bn;

        public BasicConv(long inputs, long outputs, long kernel, long stride = 1)
        {
            conv = new Convolution(inputs, outputs, kernel, stride);
            bn = new BatchNorm(outputs, epsilon: 1e-3);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => conv.Call(x, bn, Activation.Relu);
    }

    /// <summary>Four branches side by side, two of which go down to a smaller width first.</summary>
    private sealed class Inception : Block
    {
        private readonly BasicConv branch1;
        private readonly Sequential branch2, branch3, branch4;

        public Inception(long inputs, long ones, (long Down, long Width) threes, (long Down, long Width) fives, long pooled)
        {
            branch1 = new BasicConv(inputs, ones, kernel: 1);
            branch2 = new(new BasicConv(inputs, threes.Down, kernel: 1), new BasicConv(threes.Down, threes.Width, kernel: 3));
            branch3 = new(new BasicConv(inputs, fives.Down, kernel: 1), new BasicConv(fives.Down, fives.Width, kernel: 3));
            branch4 = new(new MaxPool(kernel: 3, stride: 1, padding: 1, ceil: true), new BasicConv(inputs, pooled, kernel: 1));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => Concat([branch1.call(x), branch2.call(x), branch3.call(x), branch4.call(x)], 1);
    }
}
