using System.Globalization;
using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;
using Parameter = TorchSharp.Modules.Parameter;

namespace TransferLearning.Vision;

/// <summary>
/// The vision transformer (Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021) and DeiT (Touvron et al., "Training
/// data-efficient image transformers and distillation through attention", ICML 2021), with the names of torchvision (<c>vit_b_16</c>) or
/// timm.
/// </summary>
internal sealed class VisionTransformer : ImageNetwork
{
    private readonly Func<Tensor> _token;
    private readonly Func<Tensor> _positions;
    private readonly Convolution _patches;
    private readonly LayerNorm _norm;
    private readonly Linear _head;
    private readonly Shape _shape;
    private readonly Names _names;
    private (int Height, int Width) _image;

    internal VisionTransformer(Shape shape, Names names)
    {
        (_shape, _names, _image) = (shape, names, (shape.Image, shape.Image));
        var (token, positions) = (
            Parameters.Filled(0, 1, 1, shape.Width), Parameters.Filled(0, 1, 1 + shape.Side * shape.Side, shape.Width));
        _patches = new Convolution(3, shape.Width, shape.Patch, shape.Patch, padding: Padding.None, hasBias: true);
        Layer[] layers = [.. Enumerable.Range(0, shape.Depth).Select(_ => new Layer(shape, names))];
        _norm = new LayerNorm(shape.Width, Layer.Epsilon);
        _head = new Linear(shape.Width, shape.Classes);
        var root = new Tree(this);
        _token = root.Add(names.Token, token);
        root.Add(names.Patches, _patches);
        _positions = root.Add(names.Positions, positions);
        foreach (var (i, layer) in layers.Index()) root.Add(names.LayerName(i), layer);
        root.Add(NormName, _norm);
        root.Add(names.Head, _head);

        LayerGroups =
        [
            Stage.Of("stem", [names.Token, names.PatchPrefix, names.Positions], images => Embed(images.Values)),
            .. layers.Select((layer, i) => Stage.Of($"block{i}", [names.LayerName(i)], hidden => layer.call(hidden.Values))),
            Stage.Of("norm", [NormName], hidden => _norm.call(shape.PoolsMean ? MeanOfPatches(hidden.Values) : hidden.Values)),
        ];
    }

    /// <summary>The family's networks, with torchvision's weights and with timm's.</summary>
    public static VisionFamily Family { get; } = new("Vision transformer",
    [
        Torchvision("vit_b_16", new Shape(224, 16, 768, 12, 12), "c867db91", 81.072)
            .AndSwag("IMAGENET1K_SWAG_LINEAR_V1", "lc_swag-4e70ced5", 81.886, size: 224),
        Torchvision("vit_b_32", new Shape(224, 32, 768, 12, 12), "d86f8d99", 75.912),
        Torchvision("vit_l_16", new Shape(224, 16, 1024, 24, 16), "852ce7e3", 79.662, resize: 242)
            .AndSwag("IMAGENET1K_SWAG_LINEAR_V1", "lc_swag-4d563306", 85.146, size: 224),
        Torchvision("vit_l_32", new Shape(224, 32, 1024, 24, 16), "c7638314", 76.972),
        Timm("deit_tiny_patch16_224", new Shape(224, 16, 192, 12, 3), "fb_in1k", 72.19),
        Timm("deit_small_patch16_224", new Shape(224, 16, 384, 12, 6), "fb_in1k", 79.856),
        Timm("deit_base_patch16_224", new Shape(224, 16, 768, 12, 12), "fb_in1k", 81.98),
        Timm("vit_tiny_patch16_224", new Shape(224, 16, 192, 12, 3), "augreg_in21k_ft_in1k", 75.452),
        Timm("vit_small_patch16_224", new Shape(224, 16, 384, 12, 6), "augreg_in21k_ft_in1k", 81.402),
        Timm("vit_base_patch16_224", new Shape(224, 16, 768, 12, 12), "augreg2_in21k_ft_in1k", 85.108),
    ]);

    public override int FeatureSize => _shape.Width;

    public override nn.Module<Tensor, Tensor> Classifier => _head;

    public override string ClassifierName => _names.Head;

    private string NormName => _shape.PoolsMean ? "fc_norm" : _names.Norm;

    /// <summary>The class token, or the mean of the patches, which the last stage gives already where it is not cut off.</summary>
    public override Tensor Pool(TensorSet hidden) =>
        hidden.Values.dim() == 2 ? Identity(hidden.Values)
        : _shape.PoolsMean ? MeanOfPatches(hidden.Values)
        : Select(hidden.Values, 1, 0);

    public override void Initialize()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, parameter) in named_parameters())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.zero_();
            else if (parameter.dim() > 1) parameter.normal_(0, 0.02);
        }
    }

    public override void FitTo(ImageSpec input, bool isOfTimm)
    {
        var patch = _shape.Patch;
        if (input.Height % patch != 0 || input.Width % patch != 0)
            throw new ArgumentException(
                $"The network cuts images into patches of {patch} x {patch} pixels, and {input.Height} x {input.Width} is no multiple of that.",
                nameof(input));
        if (_image == (input.Height, input.Width)) return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rule = isOfTimm || _names == Names.Timm ? PlaceResampling.Timm : PlaceResampling.Torchvision;
        _positions().set_(rule.Resample(
            _positions(), (_image.Height / patch, _image.Width / patch), (input.Height / patch, input.Width / patch)));
        _image = (input.Height, input.Width);
    }

    private Tensor Embed(Tensor images)
    {
        if (images.size(2) != _image.Height || images.size(3) != _image.Width)
            throw new ArgumentException(
                $"The network has places for images of {_image.Height} x {_image.Width} pixels, and these have {images.size(2)} x "
                + $"{images.size(3)}. Load it for that size (size, or input).");
        var patches = Transpose(Flatten(_patches.call(images), 2), 1, 2);
        return Add(Concat([Expand(_token(), images.size(0), 1, _shape.Width), patches], 1), _positions());
    }

    private static Tensor MeanOfPatches(Tensor tokens) => Mean(Narrow(tokens, 1, 1, tokens.size(1) - 1), [1]);

    private static VisionEntry Torchvision(string id, Shape shape, string hash, double top1, int resize = 256) => VisionEntry.Torchvision(
        id, () => new VisionTransformer(shape, Names.Torchvision), $"{id}-{hash}.pth", top1, resize)
        with { Renames = [new("older files", @"\.mlp\.linear_1\.", ".mlp.0."), new("older files", @"\.mlp\.linear_2\.", ".mlp.3.")], TimmNames = Names.ToTimm };

    private static VisionEntry Timm(string id, Shape shape, string weights, double top1)
    {
        var input = ImageSpec.FromCropFraction(224, 0.9);
        return new(id, () => new VisionTransformer(shape, Names.Timm))
        {
            Input = id.StartsWith("vit", StringComparison.Ordinal)
                ? input with { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] }
                : input,
            Weights = new(id) { Repository = $"timm/{id}.{weights}" },
            WeightsName = weights,
            Licence = "Apache-2.0",
            Top1 = top1,
        };
    }

    /// <summary>What the networks differ in.</summary>
    /// <param name="Image">Height and width of the images.</param>
    /// <param name="Patch">Height and width of a patch.</param>
    /// <param name="Width">Width of the vectors.</param>
    /// <param name="Depth">Number of layers.</param>
    /// <param name="Heads">Heads of each attention.</param>
    internal sealed record Shape(int Image, int Patch, int Width, int Depth, int Heads)
    {
        /// <summary>Width between the two linear layers. Default: four times the width.</summary>
        public int Inner { get; init; } = 4 * Width;

        /// <summary>Whether the features are the mean of the patches, and not the class token.</summary>
        public bool PoolsMean { get; init; }

        public int Classes { get; init; } = ImageNetwork.Classes;

        public int Side => Image / Patch;
    }

    /// <summary>What the parts are called.</summary>
    internal sealed record Names(
        string Token, string Positions, string Patches, string PatchPrefix, string Layers, string Norm1, string Attention, string Mixed,
        string Norm2,
        string Linear1, string Linear2, string Norm, string Head)
    {
        public static Names Torchvision { get; } = new(
            "class_token", "encoder.pos_embedding", "conv_proj", "conv_proj", "encoder.layers.encoder_layer_", "ln_1",
            "self_attention.in_proj_",
            "self_attention.out_proj", "ln_2", "mlp.0", "mlp.3", "encoder.ln", "heads.head");

        public static Names Timm { get; } = new(
            "cls_token", "pos_embed", "patch_embed.proj", "patch_embed", "blocks.", "norm1", "attn.qkv.", "attn.proj", "norm2", "mlp.fc1",
            "mlp.fc2",
            "norm", "head");

        public static OtherNames ToTimm { get; } = new(
            "timm", ("^class_token$", Timm.Token), (@"^encoder\.pos_embedding$", Timm.Positions), (@"^conv_proj\.", "patch_embed.proj."),
            (@"^encoder\.layers\.encoder_layer_(\d+)\.", "blocks.$1."), (@"\.ln_(\d)\.", ".norm$1."),
            (@"\.self_attention\.in_proj_", ".attn.qkv."), (@"\.self_attention\.out_proj\.", ".attn.proj."),
            (@"\.mlp\.0\.", ".mlp.fc1."), (@"\.mlp\.3\.", ".mlp.fc2."), (@"^encoder\.ln\.", "norm."), (@"^heads\.head\.", "head."));

        public string LayerName(int index) => Layers + index.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Norm, attention, norm, two linear layers; each half is added to what it read.</summary>
    private sealed class Layer : Block
    {
        public const double Epsilon = 1e-6;

        // In one field, since fields of modules would be names of their own.
        private readonly (
            LayerNorm Norm1, Func<Tensor> Weight, Func<Tensor> Bias, Linear Mixed, LayerNorm Norm2, Linear Linear1, Linear Linear2) _parts;
        private readonly int _heads;

        public Layer(Shape shape, Names names)
        {
            _heads = shape.Heads;
            var tree = new Tree(this);
            _parts = (
                tree.Add(names.Norm1, new LayerNorm(shape.Width, Epsilon)),
                tree.Add(names.Attention + "weight", Parameters.Blank(3 * shape.Width, shape.Width)),
                tree.Add(names.Attention + "bias", Parameters.Blank(3 * shape.Width)),
                tree.Add(names.Mixed, new Linear(shape.Width, shape.Width)),
                tree.Add(names.Norm2, new LayerNorm(shape.Width, Epsilon)),
                tree.Add(names.Linear1, new Linear(shape.Width, shape.Inner)),
                tree.Add(names.Linear2, new Linear(shape.Inner, shape.Width)));
        }

        protected override Tensor Compute(Tensor x)
        {
            var qkv = Chunk(Affine(_parts.Norm1.call(x), _parts.Weight(), _parts.Bias()), 3, -1);
            var mixed = _parts.Mixed.Call(Attention.Scaled(qkv[0], qkv[1], qkv[2], _heads), residual: x);
            return _parts.Linear2.Call(_parts.Linear1.Call(_parts.Norm2.call(mixed), Activation.Gelu), residual: mixed);
        }
    }

    /// <summary>Registers parts under dotted names; what lies between the dots are modules without anything else.</summary>
    private sealed class Tree(nn.Module root)
    {
        private readonly Dictionary<string, nn.Module> _modules = new() { [""] = root };

        public T Add<T>(string path, T module) where T : nn.Module
        {
            Parent(path, out var name).register_module(name, module);
            return module;
        }

        /// <summary>How to get at the parameter: moving a network to another device or type replaces it.</summary>
        public Func<Tensor> Add(string path, Parameter parameter)
        {
            var parent = Parent(path, out var name);
            parent.register_parameter(name, parameter);
            return () => parent.get_parameter(name)!;
        }

        private nn.Module Parent(string path, out string name)
        {
            var dot = path.LastIndexOf('.');
            name = path[(dot + 1)..];
            var parent = dot < 0 ? "" : path[..dot];
            if (_modules.TryGetValue(parent, out var module)) return module;
            module = new Branch();
            Parent(parent, out var own).register_module(own, module);
            return _modules[parent] = module;
        }

        private sealed class Branch() : nn.Module(nameof(Branch));
    }
}
