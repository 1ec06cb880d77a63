namespace TransferLearning.Text;

/// <summary>Pre-tokenizers one after the other, each on the words of the one before.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> steps) : IPreTokenizer
{
    public void Split(AlignedText text, WordList words)
    {
        foreach (var step in steps) step.Split(text, words);
    }
}
