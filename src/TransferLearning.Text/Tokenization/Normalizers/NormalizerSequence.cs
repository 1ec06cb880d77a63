namespace TransferLearning.Text;

/// <summary>Normalizers one after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        foreach (var step in steps) step.Normalize(text);
    }
}
