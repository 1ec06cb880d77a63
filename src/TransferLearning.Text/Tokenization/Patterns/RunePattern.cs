using System.Text;

namespace TransferLearning.Text;

/// <summary>Every single character of a class.</summary>
internal sealed class RunePattern(Func<Rune, bool> isMatch) : Pattern
{
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (isMatch(rune)) matches.Add((at, at + rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }
    }
}
