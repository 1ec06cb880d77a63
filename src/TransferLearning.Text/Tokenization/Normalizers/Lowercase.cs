using System.Text;

namespace TransferLearning.Text;

/// <summary>Lower case, character by character and the same in every culture.</summary>
internal sealed class Lowercase : INormalizer
{
    private const int CapitalDottedI = 0x130; // the only one that becomes two characters

    public void Normalize(AlignedText text)
    {
        if (text.IsAscii)
        {
            Ascii.ToLowerInPlace(text.Units, out _);
            return;
        }
        for (var i = 0; i < text.Length;)
        {
            var rune = text.RuneAt(i);
            if (rune.Value == CapitalDottedI)
                text.Append("i\u0307", i);
            else
                text.Append(Rune.ToLowerInvariant(rune), i);
            i += rune.Utf16SequenceLength;
        }
        text.Commit();
    }
}
