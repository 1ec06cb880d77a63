// snippet: encoder-decoder
using TorchSharp.Modules;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: encoder-decoder
/// <summary>Reads tokens and writes tokens. The encoder adds what the decoder looks at; what neither knows is passed on.</summary>
public sealed class Translator : nn.Module
{
    private readonly Embedding source, target;
    private readonly GRU reader, writer;

    public Translator(int tokens, int width) : base(nameof(Translator))
    {
        (source, target) = (nn.Embedding(tokens, width), nn.Embedding(tokens, width));
        (reader, writer) = (nn.GRU(width, width, batchFirst: true), nn.GRU(width, width, batchFirst: true));
        RegisterComponents();
    }

    public IReadOnlyList<LayerGroup> Groups => [new("encoder", ["source", "reader"], Encode), new("decoder", ["target", "writer"], Decode)];

    private TensorSet Encode(TensorSet input)
    {
        using var scope = NewDisposeScope();
        var (context, _) = reader.call(source.call(input.Values));
        return input.With(TensorNames.Context, context.MoveToOuterDisposeScope()).With(TensorNames.MaskOf(TensorNames.Context), input.Mask);
    }

    private TensorSet Decode(TensorSet hidden)
    {
        using var scope = NewDisposeScope();
        var (context, mask) = (hidden[TensorNames.Context], hidden.Find(TensorNames.MaskOf(TensorNames.Context)));
        var (written, _) = writer.call(target.call(hidden[TensorNames.DecoderIds]));
        var scores = written.matmul(context.transpose(1, 2));
        if (mask is not null) scores = scores.masked_fill(mask.logical_not().unsqueeze(1), -1e9);
        return (written + scores.softmax(-1).matmul(context)).MoveToOuterDisposeScope();
    }
}
// end-snippet
