namespace TransferLearning.Text;

/// <summary>Puts a string before a text that is not empty.</summary>
internal sealed class Prepend(string prefix) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        if (text.Length == 0) return;
        text.Append(prefix, 0);
        text.Keep(0, text.Length);
        text.Commit();
    }
}
