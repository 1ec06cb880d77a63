namespace TransferLearning.Text;

/// <summary>Decoders one after the other.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> steps) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => steps.Aggregate(tokens, (parts, step) => step.Decode(parts));
}
