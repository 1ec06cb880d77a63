using System.Globalization;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>
/// MobileNetV2 (Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018), with torchvision's names.
/// </summary>
internal sealed class MobileNetV2 : ImageNetwork
{
    private const int StemWidth = 32;
    private const int Width = 1280;

    private static readonly (int Expansion, int Width, int Depth, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    private readonly Sequential features;
    private readonly Sequential classifier;

    private MobileNetV2()
    {
        List<nn.Module<Tensor, Tensor>> parts = [Conv(3, StemWidth, kernel: 3, stride: 2)];
        // A stage of the network begins where the map shrinks.
        List<int> starts = [1];
        var inputs = StemWidth;
        foreach (var (expansion, width, depth, stride) in Stages)
        {
            if (stride > 1) starts.Add(parts.Count);
            for (var i = 0; i < depth; i++)
            {
                parts.Add(new InvertedResidual(inputs, width, expansion, i == 0 ? stride : 1));
                inputs = width;
            }
        }
        parts.Add(Conv(inputs, Width, kernel: 1));
        features = new(parts);
        classifier = new(new Dropout(0.2), new Linear(Width, Classes));
        RegisterComponents();

        LayerGroups =
        [
            Group("stem", ..1),
            .. starts.Select((start, i) => Group($"stage{i + 1}", start..(i + 1 < starts.Count ? starts[i + 1] : parts.Count - 1))),
            Group("last_conv", (parts.Count - 1)..parts.Count),
        ];

        LayerGroup Group(string name, Range own) => Stage.OfMaps(
            name, [.. Enumerable.Range(own.Start.Value, own.End.Value - own.Start.Value).Select(i => $"features.{i}")],
            map => features.Call(map, own));
    }

    /// <summary>The one network of the family, with torchvision's first weights.</summary>
    public static VisionFamily Family { get; } = new("MobileNetV2",
    [
        VisionEntry.Torchvision("mobilenet_v2", () => new MobileNetV2(), "mobilenet_v2-b0353104.pth", 71.878).AndSecond("7ebf99e0", 72.154)
            with { TimmNames = new("timm", TimmName) },
    ]);

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => classifier;

    public override string ClassifierName => "classifier.1";

    public override void Initialize()
    {
        base.Initialize();
        Draw([(Linear)classifier[1]], weight => weight.normal_(0, 0.01));
    }

    private static string TimmName(string name)
    {
        string[] parts = [.. name.Split('.'), ""];
        if (parts[0] == "classifier") return $"classifier.{parts[2]}";
        var index = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var last = Stages.Sum(stage => stage.Depth) + 1;
        if (index == 0 || index == last)
            return $"{(parts[2] == "0" ? "conv" : "bn")}{(index, parts[2]) switch { (0, "0") => "_stem", (0, _) => "1", (_, "0") => "_head", _ => "2" }}.{parts[3]}";
        var (stage, place) = (0, index - 1);
        for (; place >= Stages[stage].Depth; stage++) place -= Stages[stage].Depth;
        var layer = (stage, parts[3], parts[4]) switch
        {
            (0, "0", "0") => "conv_dw",
            (0, "0", _) => "bn1",
            (0, "1", _) => "conv_pw",
            (0, _, _) => "bn2",
            (_, "0", "0") => "conv_pw",
            (_, "0", _) => "bn1",
            (_, "1", "0") => "conv_dw",
            (_, "1", _) => "bn2",
            (_, "2", _) => "conv_pwl",
            _ => "bn3",
        };
        return $"blocks.{stage}.{place}.{layer}.{(parts[5].Length > 0 ? parts[5] : parts[4])}";
    }

    private static Sequential Conv(long inputs, long outputs, long kernel, long stride = 1, long groups = 1) => ConvNorm.Of(
        new Convolution(inputs, outputs, kernel, stride, groups: groups), new BatchNorm(outputs), Activation.Relu6);

    /// <summary>
    /// 1x1 to a multiple of the width, depthwise convolution, 1x1 to the output's width; a residual where the shape stays.
    /// </summary>
    private sealed class InvertedResidual : Block
    {
        private readonly Sequential conv;
        private readonly bool _isResidual;

        public InvertedResidual(long inputs, long outputs, long expansion, long stride)
        {
            var expanded = inputs * expansion;
            conv = new(
            [
                .. expansion == 1 ? [] : (Sequential[])[Conv(inputs, expanded, kernel: 1)],
                Conv(expanded, expanded, kernel: 3, stride, groups: expanded),
                new Convolution(expanded, outputs, kernel: 1),
                new BatchNorm(outputs),
            ]);
            _isResidual = stride == 1 && inputs == outputs;
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x) => _isResidual ? InPlace.Add(conv.call(x), x) : conv.call(x);
    }
}
