using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// MobileNet (Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications", 2017) at a quarter of
/// its width, in the form and with the names that RetinaFace's backbone has in PyTorch: leaky ReLU of slope 0.1.
/// </summary>
internal sealed class MobileNetV1 : ImageNetwork
{
    private const int Unit = 8;
    private const int Width = 32 * Unit;

    private readonly Sequential stage1, stage2, stage3;
    private readonly Linear fc;

    private MobileNetV1()
    {
        stage1 = new(
            new Sequential(new Convolution(3, Unit, kernel: 3, stride: 2), new BatchNorm(Unit), new Leaky()),
            Pair(1, 2, 1), Pair(2, 4, 2), Pair(4, 4, 1), Pair(4, 8, 2), Pair(8, 8, 1));
        stage2 = new([Pair(8, 16, 2), .. Enumerable.Range(0, 5).Select(_ => Pair(16, 16, 1))]);
        stage3 = new(Pair(16, 32, 2), Pair(32, 32, 1));
        fc = new Linear(Width, Classes);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["stage1.0"], images => stage1.Call(images, ..1)),
            Stage.OfMaps("stage1", [.. Enumerable.Range(1, 5).Select(i => $"stage1.{i}")], map => stage1.Call(map, 1..)),
            Stage.OfMaps("stage2", ["stage2"], stage2.call),
            Stage.OfMaps("stage3", ["stage3"], stage3.call),
        ];

        static Sequential Pair(int inputs, int outputs, int stride) => new(
            new Convolution(inputs * Unit, inputs * Unit, kernel: 3, stride, groups: inputs * Unit), new BatchNorm(inputs * Unit),
            new Leaky(),
            new Convolution(inputs * Unit, outputs * Unit, kernel: 1), new BatchNorm(outputs * Unit), new Leaky());
    }

    /// <summary>The one network of the family.</summary>
    public static VisionFamily Family { get; } = new("MobileNetV1",
    [
        new("mobilenetv1_025", () => new MobileNetV1())
        {
            Input = new ImageSpec { Interpolation = Interpolation.Bilinear },
            Weights = new("mobilenetv1_025") { TorchFile = "mobilenetV1X0.25_pretrain.tar" },
            WeightsName = "IMAGENET1K",
            Licence = "MIT",
        },
    ]);

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => fc;

    public override string ClassifierName => nameof(fc);

    /// <summary>Leaky ReLU as a module.</summary>
    private sealed class Leaky : Block
    {
        protected override Tensor Compute(Tensor x) => LeakyRelu(x, 0.1);
    }
}
