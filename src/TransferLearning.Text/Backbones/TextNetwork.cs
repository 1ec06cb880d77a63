using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// An encoder of texts with the reference's names. Token ids <c>[N, T]</c> int64 in, with mask and segments;
/// hidden states <c>[N, T, D]</c> of the last layer out. Those of padding mean nothing.
/// </summary>
internal abstract class TextNetwork(EncoderConfiguration config) : nn.Module<TensorSet, Tensor>(nameof(TextNetwork))
{
    /// <summary>The embeddings, then the layers in order.</summary>
    public abstract IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>The table of words, which a language model's head shares.</summary>
    public abstract Embedding WordEmbeddings { get; }

    /// <summary>Width D of the hidden states.</summary>
    public int Width => config.Width;

    /// <summary>Tokens of the longest text.</summary>
    public virtual int MaxLength => config.Positions;

    public sealed override string GetName() => GetType().Name;

    public sealed override Tensor forward(TensorSet input) => LayerGroups.Run(input, 0, LayerGroups.Count).Values;

    /// <summary>Draws the weights of which the name is wanted from torch's generator; the row of the padding token is zero.</summary>
    public void Initialize(Func<string, bool> wanted)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, parameter) in named_parameters().Where(entry => wanted(entry.name)))
        {
            Draw(name, parameter);
            if (config.Padding is { } padding && ReferenceEquals(parameter, WordEmbeddings.Weight)) parameter[padding].zero_();
        }
    }

    /// <summary>
    /// Draws a parameter of the network or of a head on it; without gradients. The weight of a normalisation is 1, a bias 0.
    /// </summary>
    public void Draw(string name, Tensor parameter, Generator? generator = null)
    {
        if (parameter.dim() > 1) DrawMatrix(name, parameter, generator);
        else parameter.fill_(name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
    }

    /// <summary>Draws a matrix as the reference does (Devlin et al., "BERT", 2019).</summary>
    protected virtual void DrawMatrix(string name, Tensor matrix, Generator? generator) =>
        matrix.normal_(0, config.InitializerRange, generator!);

    /// <summary>
    /// The layer group of the embeddings, computed from ids, mask and segments. They are checked first: a native lookup outside a table may
    /// end the process.
    /// </summary>
    protected LayerGroup EmbeddingGroup(IReadOnlyList<string> prefixes, Func<Tensor, Tensor?, Tensor?, Tensor> embed) =>
        Stage.Of(
            "embeddings", prefixes, input => embed(CheckIds(input.Values), input.Mask, CheckSegments(input.Find(TensorNames.Segments))));

    private Tensor CheckIds(Tensor ids)
    {
        var length = ids.dim() == 2 && ids.dtype == ScalarType.Int64
            ? ids.size(1)
            : throw new ArgumentException(
                $"A text network reads token ids [N, T] int64; got {ids.dtype} of shape [{string.Join(", ", ids.shape)}].");
        if (length == 0 || length > MaxLength)
            throw new ArgumentException(
                $"The texts have {length} tokens; {GetName()} reads 1 to {MaxLength}. Set the tokenizer's maximum length accordingly.");
        CheckRange(ids, config.Vocabulary, "token id", "The tokenizer belongs to another network.");
        return ids;
    }

    /// <summary>
    /// The segments; null where there is one kind of token: there is nothing to tell apart then, whatever the tokenizer says.
    /// </summary>
    private Tensor? CheckSegments(Tensor? segments)
    {
        if (config.TokenTypes <= 1) return null;
        if (segments is not null) CheckRange(segments, config.TokenTypes, "segment", "Leave the segments out.");
        return segments;
    }

    private static void CheckRange(Tensor values, int count, string what, string cure)
    {
        using var scope = NewDisposeScope();
        var (lowest, highest) = (values.min().item<long>(), values.max().item<long>());
        if (lowest < 0 || highest >= count)
            throw new ArgumentException($"The {what} {(lowest < 0 ? lowest : highest)} is outside 0..{count - 1}. {cure}");
    }
}
