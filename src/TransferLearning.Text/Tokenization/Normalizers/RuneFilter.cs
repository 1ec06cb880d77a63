using System.Text;

namespace TransferLearning.Text;

/// <summary>Keeps the characters of a class.</summary>
internal sealed class RuneFilter(Func<Rune, bool> keeps) : INormalizer
{
    public void Normalize(AlignedText text)
    {
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            if (keeps(rune)) text.Keep(i, rune.Utf16SequenceLength);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }
}
