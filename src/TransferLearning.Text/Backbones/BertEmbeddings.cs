using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>Words, positions counted from the first column, and segments, added and normalised: <c>[N, T]</c> in, <c>[N, T, D]</c> out.</summary>
internal sealed class BertEmbeddings : Module<Tensor, Tensor?, Tensor>
{
    public readonly Embedding word_embeddings;
    private readonly Embedding position_embeddings;
    private readonly Embedding? token_type_embeddings;
    private readonly LayerNorm LayerNorm;
    private readonly Dropout dropout;

    public BertEmbeddings(EncoderConfiguration config) : base(nameof(BertEmbeddings))
    {
        var width = config.EmbeddingWidth ?? config.Width;
        word_embeddings = new Embedding(config.Vocabulary, width);
        position_embeddings = new Embedding(config.Positions, width);
        token_type_embeddings = config.TokenTypes > 0 ? new Embedding(config.TokenTypes, width) : null;
        LayerNorm = nn.LayerNorm(width, config.NormEpsilon);
        dropout = new Dropout(config.Dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids, Tensor? segments)
    {
        using var scope = NewDisposeScope();
        var sum = word_embeddings.call(ids).add_(position_embeddings.Weight.narrow(0, 0, ids.size(1)));
        if (token_type_embeddings is { } types) sum.add_(segments is null ? types.Weight[0] : types.call(segments));
        return dropout.call(LayerNorm.call(sum)).MoveToOuterDisposeScope();
    }
}
