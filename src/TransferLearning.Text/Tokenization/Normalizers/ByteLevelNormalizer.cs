namespace TransferLearning.Text;

/// <summary>Spells every character in the bytes of its UTF-8.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public void Normalize(AlignedText text)
    {
        ByteAlphabet.Spell(text, 0, text.Length);
        text.Commit();
    }
}
