namespace TransferLearning.Text;

/// <summary>Removes white space from the ends.</summary>
internal sealed class Strip(bool left, bool right) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && char.IsWhiteSpace(text.Chars[start])) start++;
        while (right && start < end && char.IsWhiteSpace(text.Chars[end - 1])) end--;
        text.Keep(start, end - start);
        text.Commit();
    }
}
