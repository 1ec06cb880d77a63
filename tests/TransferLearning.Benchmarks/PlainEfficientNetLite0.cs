using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Benchmarks;

/// <summary>
/// EfficientNet-Lite0 as one would write it in TorchSharp: its own layers, maps as <c>[N, C, H, W]</c> lie in memory, nothing folded.
/// </summary>
internal sealed class PlainEfficientNetLite0 : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> layers;

    public PlainEfficientNetLite0() : base(nameof(PlainEfficientNetLite0))
    {
        List<Module<Tensor, Tensor>> all = [.. Activated(3, 32, 3, 2)];
        var inputs = 32;
        foreach (var (outputs, depth, kernel, stride, expansion) in (ReadOnlySpan<(int, int, int, int, int)>)
            [(16, 1, 3, 1, 1), (24, 2, 3, 2, 6), (40, 2, 5, 2, 6), (80, 3, 3, 2, 6), (112, 3, 5, 1, 6), (192, 4, 5, 2, 6), (320, 1, 3, 1, 6)])
            for (var i = 0; i < depth; i++, inputs = outputs) all.Add(new Block(inputs, outputs, kernel, i == 0 ? stride : 1, expansion));
        layers = Sequential([.. all, .. Activated(320, 1280, 1, 1), AdaptiveAvgPool2d(1), Flatten(), Linear(1280, 1000)]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images) => layers.call(images);

    private static Module<Tensor, Tensor>[] Activated(int inputs, int outputs, int kernel, int stride, int groups = 1) =>
        [Conv2d(inputs, outputs, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false), BatchNorm2d(outputs, eps: 1e-3), ReLU6(inplace: true)];

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> layers;
        private readonly bool _isResidual;

        public Block(int inputs, int outputs, int kernel, int stride, int expansion) : base(nameof(Block))
        {
            var width = inputs * expansion;
            Module<Tensor, Tensor>[] expand = expansion == 1 ? [] : Activated(inputs, width, 1, 1);
            layers = Sequential(
                [.. expand, .. Activated(width, width, kernel, stride, groups: width), Conv2d(width, outputs, 1, bias: false), BatchNorm2d(outputs, eps: 1e-3)]);
            _isResidual = stride == 1 && inputs == outputs;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = layers.call(input);
            return _isResidual ? x.add_(input) : x;
        }
    }
}
