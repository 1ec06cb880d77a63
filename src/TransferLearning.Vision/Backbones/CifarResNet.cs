using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// The ResNets of 6n + 2 layers for images of 32 x 32 (He et al., "Deep residual learning for image recognition", section 4.2), with the
/// names of akamaster's pytorch_resnet_cifar10. Where the map shrinks, what goes around a block takes every second pixel and zeros as new
/// channels.
/// </summary>
internal sealed class CifarResNet : ImageNetwork
{
    private const int Outputs = 10;

    private readonly Convolution conv1;
    private readonly BatchNorm bn1;
    private readonly Sequential layer1, layer2, layer3;
    private readonly Linear linear;

    private CifarResNet(int depth)
    {
        conv1 = new Convolution(3, 16, kernel: 3);
        bn1 = new BatchNorm(16);
        layer1 = Layer(16, 16);
        layer2 = Layer(16, 32);
        layer3 = Layer(32, 64);
        linear = new Linear(64, Outputs);
        RegisterComponents();

        LayerGroups =
        [
            Stage.OfMaps("stem", ["conv1", "bn1"], images => conv1.Call(images, bn1, Activation.Relu)),
            Stage.OfMaps("stage1", ["layer1"], layer1.call),
            Stage.OfMaps("stage2", ["layer2"], layer2.call),
            Stage.OfMaps("stage3", ["layer3"], layer3.call),
        ];

        Sequential Layer(int inputs, int width) =>
            new(Enumerable.Range(0, (depth - 2) / 6).Select(i => new BasicBlock(i == 0 ? inputs : width, width)).ToArray());
    }

    /// <summary>The family's networks, with weights for CIFAR-10.</summary>
    public static VisionFamily Family { get; } = new("ResNet for CIFAR",
        [Entry(20, "12fca82f"), Entry(32, "d509ac18"), Entry(44, "014dd654"), Entry(56, "4bfd9763"), Entry(110, "1d1ed7c2")]);

    public override int FeatureSize => 64;

    public override nn.Module<Tensor, Tensor> Classifier => linear;

    public override string ClassifierName => nameof(linear);

    private static VisionEntry Entry(int depth, string hash) => new($"cifar_resnet{depth}", () => new CifarResNet(depth))
    {
        Input = new ImageSpec { Height = 32, Width = 32, ResizeSize = 32, Interpolation = Interpolation.Bilinear },
        Weights = new($"cifar_resnet{depth}") { TorchFile = $"resnet{depth}-{hash}.th" },
        WeightsName = "CIFAR10",
        Licence = "BSD-2-Clause",
        Classes = Outputs,
    };

    /// <summary>3x3, 3x3.</summary>
    private sealed class BasicBlock : Block
    {
        private readonly Convolution conv1;
        private readonly BatchNorm bn1;
        private readonly Convolution conv2;
        private readonly BatchNorm bn2;
        private readonly bool _shrinks;

        public BasicBlock(long inputs, long width)
        {
            _shrinks = inputs != width;
            conv1 = new Convolution(inputs, width, kernel: 3, stride: _shrinks ? 2 : 1);
            bn1 = new BatchNorm(width);
            conv2 = new Convolution(width, width, kernel: 3);
            bn2 = new BatchNorm(width);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) =>
            conv2.Call(conv1.Call(x, bn1, Activation.Relu), bn2, Activation.Relu, residual: _shrinks ? Around(x) : x);

        private static Tensor Around(Tensor x)
        {
            var zeros = x.size(1) / 2;
            return Pad(Slice(Slice(x, 2, 0, x.size(2), 2), 3, 0, x.size(3), 2), [0, 0, 0, 0, zeros, zeros]);
        }
    }
}
