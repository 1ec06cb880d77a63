using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> of a vocabulary that falls back to bytes.</summary>
internal sealed class ByteTokens(Vocabulary vocabulary)
{
    private readonly int?[] _ids = [.. Enumerable.Range(0, 256).Select(value => vocabulary.IdOf($"<0x{value:X2}>"))];

    /// <summary>The tokens that spell a text in UTF-8; false where the vocabulary lacks one of them.</summary>
    public bool TrySpell(ReadOnlySpan<char> text, out int[] ids)
    {
        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        ids = [.. utf8.Select(value => _ids[value] ?? -1)];
        return !ids.Contains(-1);
    }
}
