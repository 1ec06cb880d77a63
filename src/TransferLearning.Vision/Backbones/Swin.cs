using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;
using Parameter = TorchSharp.Modules.Parameter;

namespace TransferLearning.Vision;

/// <summary>
/// Swin (Liu et al., "Swin transformer: hierarchical vision transformer using shifted windows", ICCV 2021), with torchvision's names. Maps
/// are <c>[N, H, W, C]</c> here.
/// </summary>
internal sealed class Swin : ImageNetwork
{
    private const int Patch = 4;
    private const int Window = 7;

    private readonly Sequential features;
    private readonly LayerNorm norm;
    private readonly Linear head;

    private Swin(int width, int[] depths, int[] heads, double dropped)
    {
        var (block, blocks) = (0, depths.Sum());
        List<nn.Module<Tensor, Tensor>> parts =
        [
            new Sequential(
                new Convolution(3, width, Patch, Patch, padding: Padding.None, hasBias: true), new Unnamed(map => Permute(map, 0, 2, 3, 1)),
                new LayerNorm(width)),
        ];
        foreach (var (stage, depth) in depths.Index())
        {
            if (stage > 0) parts.Add(new Merging(width << (stage - 1)));
            parts.Add(new Sequential(Enumerable.Range(0, depth).Select(i => new Layer(
                width << stage, heads[stage], shift: i % 2 == 0 ? 0 : Window / 2, dropped * block++ / (blocks - 1))).ToArray()));
        }
        features = new(parts);
        norm = new LayerNorm(width << (depths.Length - 1));
        head = new Linear(width << (depths.Length - 1), Classes);
        RegisterComponents();

        LayerGroups =
        [
            Group("stem", ["features.0"], ..1),
            Group("stage1", ["features.1"], 1..2),
            Group("stage2", ["features.2", "features.3"], 2..4),
            Group("stage3", ["features.4", "features.5"], 4..6),
            Group("stage4", ["features.6", "features.7"], 6..8),
            Stage.Of("norm", ["norm"], hidden => norm.call(hidden.Values)),
        ];

        LayerGroup Group(string name, string[] prefixes, Range own) =>
            Stage.Of(name, prefixes, hidden => features.Call(hidden.Values, own));
    }

    /// <summary>The family's networks, with torchvision's weights.</summary>
    public static VisionFamily Family { get; } = new("Swin",
    [
        Entry("swin_t", 96, [2, 2, 6, 2], [3, 6, 12, 24], 0.2, "704ceda3", 81.474, resize: 232),
        Entry("swin_s", 96, [2, 2, 18, 2], [3, 6, 12, 24], 0.3, "5e29d889", 83.196, resize: 246),
        Entry("swin_b", 128, [2, 2, 18, 2], [4, 8, 16, 32], 0.5, "68c6b09e", 83.582, resize: 238),
    ]);

    public override int FeatureSize => (int)head.Inputs;

    public override bool ChannelsAreLast => true;

    public override nn.Module<Tensor, Tensor> Classifier => head;

    public override string ClassifierName => nameof(head);

    public override Tensor Pool(TensorSet hidden) => Mean(hidden.Values, [1, 2]);

    public override void Initialize()
    {
        base.Initialize();
        Draw(modules().OfType<Linear>(), weight => weight.normal_(0, 0.02));
    }

    private static VisionEntry Entry(string id, int width, int[] depths, int[] heads, double dropped, string hash, double top1, int resize) =>
        VisionEntry.Torchvision(
            id, () => new Swin(width, depths, heads, dropped), $"{id}-{hash}.pth", top1, resize, interpolation: Interpolation.Bicubic)
        with
        {
            // The index of distances is computed: timm's files lack it.
            Computed = [@"\.relative_position_index$"],
            TimmNames = new(
                "timm", (@"^features\.0\.0\.", "patch_embed.proj."), (@"^features\.0\.2\.", "patch_embed.norm."),
                (@"^features\.1\.", "layers.0.blocks."), (@"^features\.2\.", "layers.1.downsample."), (@"^features\.3\.", "layers.1.blocks."),
                (@"^features\.4\.", "layers.2.downsample."), (@"^features\.5\.", "layers.2.blocks."),
                (@"^features\.6\.", "layers.3.downsample."), (@"^features\.7\.", "layers.3.blocks."),
                (@"\.mlp\.0\.", ".mlp.fc1."), (@"\.mlp\.3\.", ".mlp.fc2."), (@"^head\.", "head.fc.")),
        };

    /// <summary>Fills a map up at the right and the bottom.</summary>
    private static Tensor FillUp(Tensor x, long multiple)
    {
        var (below, right) = (Missing(x.size(1)), Missing(x.size(2)));
        return below + right == 0 ? x : Pad(x, [0, 0, 0, right, 0, below]);

        long Missing(long size) => (multiple - size % multiple) % multiple;
    }

    /// <summary>Four neighbours become one point of twice the width.</summary>
    private sealed class Merging : Block
    {
        private readonly Linear reduction;
        private readonly LayerNorm norm;

        public Merging(long width)
        {
            reduction = new Linear(4 * width, 2 * width, hasBias: false);
            norm = new LayerNorm(4 * width);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var map = FillUp(x, 2);
            return reduction.call(norm.call(Concat([Every2(0, 0), Every2(1, 0), Every2(0, 1), Every2(1, 1)], -1)));

            Tensor Every2(long row, long column) => Slice(Slice(map, 1, row, map.size(1), 2), 2, column, map.size(2), 2);
        }
    }

    /// <summary>Norm, attention within windows, norm, two linear layers; each half is added to what it read.</summary>
    private sealed class Layer : Block
    {
        private readonly LayerNorm norm1;
        private readonly WindowAttention attn;
        private readonly StochasticDepth stochastic_depth;
        private readonly LayerNorm norm2;
        private readonly Sequential mlp;

        public Layer(long width, int heads, int shift, double dropped)
        {
            norm1 = new LayerNorm(width);
            attn = new WindowAttention(width, heads, shift);
            stochastic_depth = new StochasticDepth(dropped);
            norm2 = new LayerNorm(width);
            mlp = new(new Linear(width, 4 * width), new ActivationLayer(Activation.Gelu), new Dropout(0), new Linear(4 * width, width));
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var mixed = stochastic_depth.Add(attn.call(norm1.call(x)), x);
            return stochastic_depth.Add(mlp.call(norm2.call(mixed)), mixed);
        }
    }

    /// <summary>Attention within windows, which every second layer shifts by half, with a bias for each distance of two points.</summary>
    private sealed class WindowAttention : Block
    {
        private const int Points = Window * Window;

        private readonly Parameter relative_position_bias_table;
        private readonly Tensor relative_position_index;
        private readonly Linear qkv;
        private readonly Linear proj;
        private readonly int _heads;
        private readonly int _shift;

        public WindowAttention(long width, int heads, int shift)
        {
            relative_position_bias_table = Parameters.Filled(0, (2 * Window - 1) * (2 * Window - 1), heads);
            relative_position_index = tensor(Distances()).DetachFromDisposeScope();
            qkv = new Linear(width, 3 * width);
            proj = new Linear(width, width);
            (_heads, _shift) = (heads, shift);
            register_buffer(nameof(relative_position_index), relative_position_index);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var map = FillUp(x, Window);
            long height = map.size(1), width = map.size(2), channels = map.size(3);
            var shifts = (Down: height > Window ? _shift : 0, Right: width > Window ? _shift : 0);
            if (shifts != (0, 0)) map = Roll(map, [-shifts.Down, -shifts.Right], [1, 2]);
            var windows = Reshape(
                Permute(Reshape(map, 0, height / Window, Window, width / Window, Window, channels), 0, 1, 3, 2, 4, 5), -1, Points, channels);

            var parts = Chunk(qkv.call(windows), 3, -1);
            var (queries, keys, values) = (Split(Scale(parts[0], Math.Pow(channels / _heads, -0.5))), Split(parts[1]), Split(parts[2]));
            var scores = InPlace.Add(MatMul(queries, Transpose(keys, -1, -2)), Bias());
            if (shifts != (0, 0)) scores = Masked(scores, height, width, shifts);
            var mixed = proj.call(Attention.Merge(MatMul(Softmax(scores, -1), values)));

            map = Reshape(
                Permute(Reshape(mixed, -1, height / Window, width / Window, Window, Window, channels), 0, 1, 3, 2, 4, 5), -1, height, width, channels);
            if (shifts != (0, 0)) map = Roll(map, [shifts.Down, shifts.Right], [1, 2]);
            return Contiguous(Narrow(Narrow(map, 1, 0, x.size(1)), 2, 0, x.size(2)));
        }

        private Tensor Split(Tensor x) => Attention.Split(x, _heads);

        private Tensor Bias() => Permute(
            Reshape(IndexSelect(relative_position_bias_table, 0, relative_position_index), Points, Points, _heads), 2, 0, 1);

        /// <summary>Points that the shift brought into a window from the other side of the map do not see the others.</summary>
        private Tensor Masked(Tensor scores, long height, long width, (int Down, int Right) shifts)
        {
            var mask = Constant(Mask(height, width, shifts).to(scores.device));
            var windows = Reshape(scores, -1, mask.size(0), _heads, Points, Points);
            return Reshape(Add(windows, Unsqueeze(mask, 1)), -1, _heads, Points, Points);
        }

        private static Tensor Mask(long height, long width, (int Down, int Right) shifts)
        {
            using var scope = NewDisposeScope();
            var (rows, columns) = (Regions(height, shifts.Down), Regions(width, shifts.Right));
            var regions = (rows.unsqueeze(1) * 3 + columns.unsqueeze(0))
                .view(height / Window, Window, width / Window, Window).permute(0, 2, 1, 3).reshape(-1, Points);
            return (regions.unsqueeze(1) - regions.unsqueeze(2)).ne(0).to_type(ScalarType.Float32).mul(-100).MoveToOuterDisposeScope();
        }

        /// <summary>0 up to the last window, 1 and 2 in the last one before and after the shift.</summary>
        private static Tensor Regions(long size, int shift) => tensor(Enumerable.Range(0, (int)size)
            .Select(i => shift == 0 || i < size - Window ? 0L : i < size - shift ? 1L : 2L).ToArray());

        /// <summary>For each pair of points of a window the row of the table that belongs to their distance.</summary>
        private static long[] Distances() =>
        [
            .. from one in Enumerable.Range(0, Points)
               from other in Enumerable.Range(0, Points)
               let down = one / Window - other / Window + Window - 1
               let right = one % Window - other % Window + Window - 1
               select (long)(down * (2 * Window - 1) + right),
        ];
    }
}
