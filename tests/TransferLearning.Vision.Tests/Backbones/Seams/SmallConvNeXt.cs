using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;
using Parameter = TorchSharp.Modules.Parameter;

namespace TransferLearning.Vision.Tests;

/// <summary>
/// Two stages in the manner of ConvNeXt (Liu et al., "A ConvNet for the 2020s", CVPR 2022): norms over the channels, biases, scaled
/// residuals, and a norm between pooling and classifier.
/// </summary>
internal sealed class SmallConvNeXt : ImageNetwork
{
    private const int Width = 8;

    private readonly Convolution stem;
    private readonly ConvNeXtBlock stage1;
    private readonly Convolution downsample;
    private readonly ConvNeXtBlock stage2;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public SmallConvNeXt()
    {
        stem = new Convolution(3, Width, kernel: 4, stride: 4, padding: Padding.None, hasBias: true);
        stage1 = new ConvNeXtBlock(Width);
        downsample = new Convolution(Width, 2 * Width, kernel: 2, stride: 2, padding: Padding.None, hasBias: true);
        stage2 = new ConvNeXtBlock(2 * Width);
        norm = new LayerNorm(2 * Width, epsilon: 1e-6);
        head = new Linear(2 * Width, Classes);
        RegisterComponents();
        LayerGroups =
        [
            Stage.OfMaps("stem", ["stem"], images => stem.call(images)),
            Stage.OfMaps("stage1", ["stage1"], stage1.call),
            Stage.OfMaps("stage2", ["downsample", "stage2", "norm"], map => stage2.call(downsample.call(map))),
        ];
    }

    public override int FeatureSize => 2 * Width;

    public override nn.Module<Tensor, Tensor> Classifier => head;

    public override string ClassifierName => nameof(head);

    public override Tensor Pool(TensorSet hidden) => norm.call(Mean(hidden.Values, [2, 3]));

    private sealed class ConvNeXtBlock : Block
    {
        private readonly Convolution dwconv;
        private readonly LayerNorm norm;
        private readonly Linear pwconv1;
        private readonly Linear pwconv2;
        private readonly Parameter gamma;

        public ConvNeXtBlock(long width)
        {
            dwconv = new Convolution(width, width, kernel: 7, groups: width, hasBias: true);
            norm = new LayerNorm(width, epsilon: 1e-6);
            pwconv1 = new Linear(width, 4 * width);
            pwconv2 = new Linear(4 * width, width);
            gamma = Parameters.Filled(1e-6, width);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var pixels = norm.call(Permute(dwconv.call(x), 0, 2, 3, 1));
            var change = Multiply(pwconv2.Call(pwconv1.Call(pixels, Activation.Gelu)), gamma);
            return Add(x, Permute(change, 0, 3, 1, 2));
        }
    }
}
