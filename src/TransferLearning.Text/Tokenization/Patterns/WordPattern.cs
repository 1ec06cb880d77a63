using System.Text;

namespace TransferLearning.Text;

/// <summary>Runs of word characters, and runs of what is neither word nor white space: <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WordPattern : Pattern
{
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var (at, start, kind) = (0, 0, (bool?)null);
        foreach (var rune in text.EnumerateRunes())
        {
            bool? next = Rune.IsWhiteSpace(rune) ? null : RuneClass.IsWord(rune);
            if (next != kind)
            {
                if (kind is not null) matches.Add((start, at));
                (start, kind) = (at, next);
            }
            at += rune.Utf16SequenceLength;
        }
        if (kind is not null) matches.Add((start, at));
    }
}
