using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Vision;

/// <summary>
/// SqueezeNet (Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016), with torchvision's names. Its
/// classifier is a convolution of the last map, whose outputs are averaged; a new head gets the mean of the map.
/// </summary>
internal sealed class SqueezeNet : ImageNetwork
{
    private const int Width = 512;

    private readonly Sequential features;
    private readonly Sequential classifier;

    /// <param name="stem">Width and kernel of the first convolution.</param>
    /// <param name="poolsBefore">Numbers of the modules that are pools, after the first.</param>
    private SqueezeNet((int Width, int Kernel) stem, int[] poolsBefore)
    {
        List<nn.Module<Tensor, Tensor>> parts =
        [
            new Convolution(3, stem.Width, stem.Kernel, stride: 2, padding: Padding.None, hasBias: true), new ActivationLayer(Activation.Relu),
            Pool(),
        ];
        List<int> starts = [0];
        var inputs = stem.Width;
        foreach (
            var (squeezed, expanded) in ((int, int)[])[(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)])
        {
            if (poolsBefore.Contains(parts.Count)) parts.Add(Pool());
            if (parts[^1] is MaxPool) starts.Add(parts.Count);
            parts.Add(new Fire(inputs, squeezed, expanded));
            inputs = 2 * expanded;
        }
        features = new(parts);
        classifier = new(new Dropout(0.5), new Convolution(Width, Classes, kernel: 1, hasBias: true), new ActivationLayer(Activation.Relu));
        RegisterComponents();

        LayerGroups = [.. starts.Select((start, i) =>
        {
            var own = start..(i + 1 < starts.Count ? starts[i + 1] : features.Count);
            return Stage.OfMaps($"stage{i + 1}", [.. Named(own)], map => features.Call(map, own));
        })];

        static MaxPool Pool() => new(kernel: 3, stride: 2, ceil: true);
        IEnumerable<string> Named(Range own) => Enumerable.Range(own.Start.Value, own.End.Value - own.Start.Value)
            .Where(i => features[i] is Convolution or Fire).Select(i => $"features.{i}");
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("SqueezeNet",
    [
        VisionEntry.Torchvision("squeezenet1_0", () => new SqueezeNet((96, 7), [6, 11]), "squeezenet1_0-b66bff10.pth", 58.092),
        VisionEntry.Torchvision("squeezenet1_1", () => new SqueezeNet((64, 3), [5, 8]), "squeezenet1_1-b8a52dc0.pth", 58.178),
    ]);

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => classifier;

    public override string ClassifierName => "classifier.1";

    protected override Tensor Classify(TensorSet hidden) => Mean(classifier.call(hidden.Values), [2, 3]);

    /// <summary>1x1 down, then 1x1 and 3x3 side by side.</summary>
    private sealed class Fire : Block
    {
        private readonly Convolution squeeze;
        private readonly Convolution expand1x1;
        private readonly Convolution expand3x3;

        public Fire(long inputs, long squeezed, long expanded)
        {
            squeeze = new Convolution(inputs, squeezed, kernel: 1, hasBias: true);
            expand1x1 = new Convolution(squeezed, expanded, kernel: 1, hasBias: true);
            expand3x3 = new Convolution(squeezed, expanded, kernel: 3, hasBias: true);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var inner = squeeze.Call(x, activation: Activation.Relu);
            return Concat([expand1x1.Call(inner, activation: Activation.Relu), expand3x3.Call(inner, activation: Activation.Relu)], 1);
        }
    }
}
