using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>
/// An encoder of texts with the reference's names. Token ids <c>[N, T]</c> int64 in, with mask and segments;
/// hidden states <c>[N, T, D]</c> of the last layer out. Those of padding mean nothing.
/// </summary>
internal abstract class TextNetwork(string name, EncoderConfiguration config) : Module<TensorSet, Tensor>(name)
{
    /// <summary>The embeddings, then the layers in order.</summary>
    public abstract IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>The table of words, which a language model's head shares.</summary>
    public abstract Embedding WordEmbeddings { get; }

    /// <summary>Width D of the hidden states.</summary>
    public int Width => config.Width;

    /// <summary>Deviation of newly drawn weights.</summary>
    public double InitializerRange => config.InitializerRange;

    /// <summary>Tokens of the longest text.</summary>
    public virtual int MaxLength => config.Positions;

    public sealed override Tensor forward(TensorSet input)
    {
        using var scope = NewDisposeScope();
        var hidden = input;
        foreach (var group in LayerGroups)
        {
            var next = group.Forward(hidden);
            if (hidden != input) hidden.Values.Dispose();
            hidden = next;
        }
        return hidden.Values.MoveToOuterDisposeScope();
    }

    /// <summary>Draws the weights of which the name is wanted from torch's generator; the row of the padding token is zero.</summary>
    public void Initialise(Func<string, bool> wanted)
    {
        using var scope = NewDisposeScope();
        Initialization.Draw(named_parameters().Where(entry => wanted(entry.name)), config.InitializerRange, Draw);
        using var _ = no_grad();
        var words = WordEmbeddings.Weight;
        if (config.Padding is { } padding && named_parameters().Any(entry => wanted(entry.name) && ReferenceEquals(entry.parameter, words)))
            words[padding].zero_();
    }

    /// <summary>Draws a matrix.</summary>
    protected virtual void Draw(string name, Parameter matrix) => matrix.normal_(0, config.InitializerRange);

    /// <summary>The layer group of the embeddings. Ids are checked first: a native lookup outside a table may end the process.</summary>
    protected LayerGroup EmbeddingGroup(IReadOnlyList<string> prefixes, Func<TensorSet, Tensor> embed) => new("embeddings", prefixes, input =>
    {
        var length = input.Values.dim() == 2 && input.Values.dtype == ScalarType.Int64
            ? input.Values.size(1)
            : throw new ArgumentException($"A text network reads token ids [N, T] int64; got {input.Values.dtype} of shape [{string.Join(", ", input.Values.shape)}].");
        if (length == 0 || length > MaxLength)
            throw new ArgumentException($"The texts have {length} tokens; {GetName()} reads 1 to {MaxLength}. Set the tokenizer's maximum length accordingly.");
        CheckRange(input.Values, config.Vocabulary, "token id", "The tokenizer belongs to another network.");
        // With one kind of token there is nothing to tell apart, whatever the tokenizer says.
        var segments = config.TokenTypes > 1 ? input.Find(TensorNames.Segments) : null;
        if (segments is not null) CheckRange(segments, config.TokenTypes, "segment", "Leave the segments out.");
        return new TensorSet(embed(new TensorSet(input.Values, input.Mask).With(TensorNames.Segments, segments)), input.Mask);
    });

    /// <summary>A layer group: hidden states and mask in, hidden states out.</summary>
    protected static LayerGroup Group(string name, IReadOnlyList<string> prefixes, Func<Tensor, Tensor?, Tensor> forward) =>
        new(name, prefixes, hidden => new TensorSet(forward(hidden.Values, hidden.Mask), hidden.Mask));

    private static void CheckRange(Tensor values, int count, string what, string cure)
    {
        using var scope = NewDisposeScope();
        var (lowest, highest) = (values.min().item<long>(), values.max().item<long>());
        if (lowest < 0 || highest >= count)
            throw new ArgumentException($"The {what} {(lowest < 0 ? lowest : highest)} is outside 0..{count - 1}. {cure}");
    }
}
