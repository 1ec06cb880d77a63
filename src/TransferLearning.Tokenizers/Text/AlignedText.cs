using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>
/// Text that knows of each of its UTF-16 units from which units of the original text it came. A rewrite appends the new text,
/// each unit aligned like one of the old text, and commits it. Holds no lone surrogates.
/// </summary>
internal sealed class AlignedText : IDisposable
{
    // A compatibility form makes at most 18 characters of one, a byte-level alphabet 4.
    private const long MaxGrowth = 64, FreeUnits = 1 << 16;

    private Buffers _front = new(256), _back = new(256);

    private sealed class Buffers(int capacity)
    {
        public char[] Chars = ArrayPool<char>.Shared.Rent(capacity);
        public int[] Starts = ArrayPool<int>.Shared.Rent(capacity);
        public int[] Ends = ArrayPool<int>.Shared.Rent(capacity);
        public int Length;
        public long MaxLength;

        public void Reserve(int more)
        {
            if (Length + more > Math.Min(Chars.Length, Math.Min(Starts.Length, Ends.Length))) Grow(Math.Max(2 * Length, Length + more));
        }

        private void Grow(int capacity)
        {
            if (capacity > 2 * MaxLength)
                throw new TokenizerFormatException(
                    $"The normalizers of the tokenizer make a text more than {MaxGrowth} times as long. "
                    + "Get its files again, or remove the step that replaces a little by much.");
            var old = (Chars, Starts, Ends);
            (Chars, Starts, Ends) = (
                ArrayPool<char>.Shared.Rent(capacity), ArrayPool<int>.Shared.Rent(capacity), ArrayPool<int>.Shared.Rent(capacity));
            old.Chars.AsSpan(0, Length).CopyTo(Chars);
            old.Starts.AsSpan(0, Length).CopyTo(Starts);
            old.Ends.AsSpan(0, Length).CopyTo(Ends);
            Return(old.Chars, old.Starts, old.Ends);
        }

        public void Return() => Return(Chars, Starts, Ends);

        private static void Return(char[] chars, int[] starts, int[] ends)
        {
            ArrayPool<char>.Shared.Return(chars);
            ArrayPool<int>.Shared.Return(starts);
            ArrayPool<int>.Shared.Return(ends);
        }
    }

    public int Length => _front.Length;

    public ReadOnlySpan<char> Chars => _front.Chars.AsSpan(0, _front.Length);

    public bool IsAscii => Ascii.IsValid(Chars);

    /// <summary>Number of units appended since the last commit.</summary>
    public int Appended => _back.Length;

    /// <summary>The units, to be changed in place where each gives way to one.</summary>
    public Span<char> Units => _front.Chars.AsSpan(0, _front.Length);

    /// <summary>Takes a part of the original text; a lone surrogate becomes U+FFFD, as it would on its way through UTF-8.</summary>
    public void Load(ReadOnlySpan<char> original, int start, int length)
    {
        _front.MaxLength = _back.MaxLength = MaxGrowth * length + FreeUnits;
        _back.Reserve(length);
        for (var i = start; i < start + length; i++)
        {
            if (!char.IsSurrogate(original[i]))
                Add(original[i], i, i + 1);
            else if (i + 1 < start + length && char.IsSurrogatePair(original[i], original[i + 1]))
            {
                // Both halves stand for the whole character.
                Add(original[i], i, i + 2);
                Add(original[i + 1], i, i + 2);
                i++;
            }
            else
                Add('\uFFFD', i, i + 1);
        }
        Commit();
    }

    /// <summary>Takes a part of another aligned text.</summary>
    public void Load(AlignedText other, int start, int length)
    {
        _front.MaxLength = _back.MaxLength = MaxGrowth * length + FreeUnits;
        _back.Reserve(length);
        other._front.Chars.AsSpan(start, length).CopyTo(_back.Chars);
        other._front.Starts.AsSpan(start, length).CopyTo(_back.Starts);
        other._front.Ends.AsSpan(start, length).CopyTo(_back.Ends);
        _back.Length = length;
        Commit();
    }

    /// <summary>The character that begins at a unit.</summary>
    public Rune RuneAt(int index)
    {
        Rune.DecodeFromUtf16(Chars[index..], out var rune, out _);
        return rune;
    }

    /// <summary>Where the unit's origin begins in the original text.</summary>
    public int StartOf(int index) => _front.Starts[index];

    /// <summary>Where the unit's origin ends in the original text.</summary>
    public int EndOf(int index) => _front.Ends[index];

    /// <summary>Appends a unit of the new text, aligned like a unit of the old.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(char unit, int like)
    {
        _back.Reserve(1);
        Add(unit, _front.Starts[like], _front.Ends[like]);
    }

    /// <summary>Appends new text, all of it aligned like one unit of the old.</summary>
    public void Append(ReadOnlySpan<char> units, int like)
    {
        foreach (var unit in units) Append(unit, like);
    }

    /// <summary>Appends a character, aligned like a unit of the old text.</summary>
    public void Append(Rune rune, int like)
    {
        Span<char> units = stackalloc char[2];
        Append(units[..rune.EncodeToUtf16(units)], like);
    }

    /// <summary>Appends units of the old text as they are.</summary>
    public void Keep(int start, int length)
    {
        _back.Reserve(length);
        _front.Chars.AsSpan(start, length).CopyTo(_back.Chars.AsSpan(_back.Length));
        _front.Starts.AsSpan(start, length).CopyTo(_back.Starts.AsSpan(_back.Length));
        _front.Ends.AsSpan(start, length).CopyTo(_back.Ends.AsSpan(_back.Length));
        _back.Length += length;
    }

    /// <summary>Puts the appended text in the place of the old.</summary>
    public void Commit()
    {
        (_front, _back) = (_back, _front);
        _back.Length = 0;
    }

    public void Dispose()
    {
        _front.Return();
        _back.Return();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(char unit, int start, int end)
    {
        var at = _back.Length++;
        _back.Chars[at] = unit;
        _back.Starts[at] = start;
        _back.Ends[at] = end;
    }
}
