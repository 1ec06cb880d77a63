using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>The MobileNet for visual wake words of MLPerf Tiny, with the names that its file of Keras gives.</summary>
internal sealed class VisualWakeWordNet : Block
{
    private static readonly int[] Widths = [8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256];

    private readonly List<(Convolution Convolution, BatchNorm Norm)> _layers = [];
    private readonly Linear _dense = new(256, 2);

    public VisualWakeWordNet()
    {
        Add("conv2d", 0, new Convolution(3, Widths[0], kernel: 3, stride: 2, padding: Padding.Same, hasBias: true), Widths[0]);
        foreach (var (i, (inputs, outputs)) in Widths.Zip(Widths[1..]).Index())
        {
            var stride = i is 1 or 3 or 5 or 11 ? 2 : 1;
            Add("depthwise_conv2d", i, new Convolution(inputs, inputs, kernel: 3, stride, groups: inputs, padding: Padding.Same, hasBias: true), inputs);
            Add("conv2d", i + 1, new Convolution(inputs, outputs, kernel: 1, hasBias: true), outputs);
        }
        register_module("dense", _dense);

        void Add(string name, int number, Convolution convolution, long channels)
        {
            var norm = new BatchNorm(channels, epsilon: 1e-3);
            register_module(Numbered(name, number), convolution);
            register_module(Numbered("batch_normalization", _layers.Count), norm);
            _layers.Add((convolution, norm));
        }

        static string Numbered(string name, int number) => number == 0 ? name : $"{name}_{number}";
    }

    protected override Tensor Compute(Tensor x) =>
        _dense.Call(Mean(_layers.Aggregate(x, (map, layer) => layer.Convolution.Call(map, layer.Norm, Activation.Relu)), [2, 3]));
}
