using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>The convolution over neighbouring tokens that larger DeBERTas add to their first layer.</summary>
internal sealed class DebertaConvolution : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Conv1d conv;
    private readonly LayerNorm LayerNorm;
    private readonly Dropout dropout;
    private readonly Activation _activation;

    public DebertaConvolution(EncoderConfiguration config, TextConfiguration json) : base(nameof(DebertaConvolution))
    {
        var kernel = json.Count("conv_kernel_size", 3);
        conv = Conv1d(config.Width, config.Width, kernel, padding: (kernel - 1) / 2, groups: json.Count("conv_groups", 1));
        LayerNorm = nn.LayerNorm(config.Width, config.NormEpsilon);
        dropout = new Dropout(config.Dropout);
        _activation = Activation.Read(json, "conv_act", Activation.Tanh);
        RegisterComponents();
    }

    /// <summary>Of the embeddings and what the first layer made of them.</summary>
    public override Tensor forward(Tensor embedded, Tensor hidden, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var near = conv.call(embedded.transpose(1, 2)).transpose(1, 2);
        if (mask is not null) near = near * mask.unsqueeze(-1);
        var normed = LayerNorm.call(_activation.Apply(dropout.call(near)).add_(hidden));
        return (mask is null ? normed : normed * mask.unsqueeze(-1)).MoveToOuterDisposeScope();
    }
}
