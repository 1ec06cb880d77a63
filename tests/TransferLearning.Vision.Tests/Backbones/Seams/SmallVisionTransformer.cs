using TransferLearning.Networks;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;
using Parameter = TorchSharp.Modules.Parameter;

namespace TransferLearning.Vision.Tests;

/// <summary>
/// Two layers in the manner of ViT (Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021): the hidden state is a sequence, the
/// features are its first token.
/// </summary>
internal sealed class SmallVisionTransformer : ImageNetwork
{
    private const int Width = 12, Heads = 3, Patch = 8, Patches = 16;

    private readonly Convolution patch_embed;
    private readonly Parameter cls_token;
    private readonly Parameter pos_embed;
    private readonly ModuleList<Layer> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public SmallVisionTransformer()
    {
        patch_embed = new Convolution(3, Width, kernel: Patch, stride: Patch, padding: Padding.None, hasBias: true);
        cls_token = Parameters.Filled(0, 1, 1, Width);
        pos_embed = Parameters.Filled(0, 1, 1 + Patches, Width);
        blocks = new ModuleList<Layer>(new Layer(), new Layer());
        norm = new LayerNorm(Width, epsilon: 1e-6);
        head = new Linear(Width, Classes);
        RegisterComponents();
        LayerGroups =
        [
            Stage.Of("embeddings", ["patch_embed", "cls_token", "pos_embed"], images => Embed(images.Values)),
            .. blocks.Select((layer, i) => Stage.Of($"layer {i + 1}", [$"blocks.{i}"], hidden => layer.call(hidden.Values))),
            Stage.Of("norm", ["norm"], hidden => norm.call(hidden.Values)),
        ];
    }

    public override int FeatureSize => Width;

    public override nn.Module<Tensor, Tensor> Classifier => head;

    public override string ClassifierName => nameof(head);

    public override Tensor Pool(TensorSet hidden) => Select(hidden.Values, 1, 0);

    public override void Initialize()
    {
        base.Initialize();
        using var _ = no_grad();
        pos_embed.normal_(0, 0.02);
    }

    private Tensor Embed(Tensor images)
    {
        var patches = Transpose(Flatten(patch_embed.call(images), 2), 1, 2);
        var first = Expand(cls_token, images.size(0), -1, -1);
        return Add(Concat([first, patches], 1), pos_embed);
    }

    private sealed class Layer : Block
    {
        private readonly LayerNorm norm1;
        private readonly Linear qkv;
        private readonly Linear proj;
        private readonly LayerNorm norm2;
        private readonly Linear fc1;
        private readonly Linear fc2;

        public Layer()
        {
            norm1 = new LayerNorm(Width, epsilon: 1e-6);
            qkv = new Linear(Width, 3 * Width);
            proj = new Linear(Width, Width);
            norm2 = new LayerNorm(Width, epsilon: 1e-6);
            fc1 = new Linear(Width, 4 * Width);
            fc2 = new Linear(4 * Width, Width);
            RegisterComponents();
        }

        protected override Tensor Compute(Tensor x)
        {
            var parts = Chunk(qkv.call(norm1.call(x)), 3, -1);
            x = proj.Call(Attention.Scaled(parts[0], parts[1], parts[2], Heads), residual: x);
            return fc2.Call(fc1.Call(norm2.call(x), Activation.Gelu), residual: x);
        }
    }
}
