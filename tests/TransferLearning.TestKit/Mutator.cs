using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace TransferLearning.TestKit;

/// <summary>Damaged copies of a valid file; each follows from the seed and its number alone.</summary>
public sealed partial class Mutator(byte[] original, ulong seed)
{
    private const int MaxEdits = 3, MaxRun = 16;

    private static readonly ulong[] ExtremeNumbers =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private static readonly string[] ExtremeLiterals =
    [
        "0", "1", "-1", "-0", "0.5", "255", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "-9223372036854775808", "1e308", "-1e308", "1e999", "1e-999", "NaN", "null", "true",
        "false",
        "[]", "{}", "[null]", "[[[0]]]", "{\"a\":{}}", "\"\"", "\"a\"", "\"..\"", "\"/etc/passwd\"", "\"\\ud800\"", "\"\\u0000\"",
        "\"(a+)+$\"", "\"[\"",
        new string('[', 200), $"\"{new string('x', 5000)}\"",
    ];

    /// <summary>The mutant of that number: the original with one to three edits.</summary>
    public byte[] Mutant(int number)
    {
        var random = new SplitMix64(seed, 0, (ulong)number);
        List<byte> bytes = [.. original];
        for (var edits = 1 + random.NextInt(MaxEdits); edits > 0 && bytes.Count > 0; edits--)
            Edit(bytes, random.NextInt(bytes.Count), ref random);
        return [.. bytes];
    }

    private static void Edit(List<byte> bytes, int at, ref SplitMix64 random)
    {
        switch (random.NextInt(10))
        {
            case 0: bytes[at] ^= (byte)(1 << random.NextInt(8)); break;
            case 1: Overwrite(bytes, at, Bytes(random.NextInt(MaxRun), ref random)); break;
            case 2: bytes.RemoveRange(at, bytes.Count - at); break;
            case 3: bytes.InsertRange(at, Bytes(random.NextInt(MaxRun), ref random)); break;
            case 4: bytes.RemoveRange(at, Length(bytes, at, ref random)); break;
            case 5: bytes.InsertRange(random.NextInt(bytes.Count), bytes.GetRange(at, Length(bytes, at, ref random))); break;
            case 6: Overwrite(bytes, at, Number(ref random)); break;
            case 7: ChangeField(bytes, at, ref random); break;
            default: ChangeToken(bytes, at, ref random); break;
        }
    }

    private static byte[] Bytes(int count, ref SplitMix64 random)
    {
        var bytes = new byte[count];
        var same = random.NextInt(2) == 0 ? (byte)random.NextInt(256) : (byte?)null;
        for (var i = 0; i < count; i++) bytes[i] = same ?? (byte)random.NextInt(256);
        return bytes;
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> with)
    {
        var target = CollectionsMarshal.AsSpan(bytes)[at..];
        with[..Math.Min(with.Length, target.Length)].CopyTo(target);
    }

    // Mostly short blocks, sometimes much of the file.
    private static int Length(List<byte> bytes, int at, ref SplitMix64 random) =>
        Math.Min(bytes.Count - at, 1 + random.NextInt(random.NextInt(4) == 0 ? bytes.Count : MaxRun));

    /// <summary>An extreme number of 1 to 8 bytes, in either byte order.</summary>
    private static byte[] Number(ref SplitMix64 random)
    {
        var number = ExtremeNumbers[random.NextInt(ExtremeNumbers.Length)];
        var size = 1 << random.NextInt(4);
        return random.NextInt(2) == 0
            ? BitConverter.GetBytes(number)[..size]
            : BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(number))[^size..];
    }

    /// <summary>Removes or doubles what stands between two separators: a property, a list's item, a line, a field.</summary>
    private static void ChangeField(List<byte> bytes, int at, ref SplitMix64 random)
    {
        ReadOnlySpan<byte> separators = ",\n:;\t "u8;
        var separator = separators[random.NextInt(separators.Length)];
        if (bytes.IndexOf(separator, at) is not (>= 0 and var start) || bytes.IndexOf(separator, start + 1) is not (>= 0 and var end))
            return;
        if (random.NextInt(2) == 0) bytes.RemoveRange(start, end - start);
        else bytes.InsertRange(end, bytes.GetRange(start, end - start));
    }

    /// <summary>Puts an extreme literal in the place of a number, word or string.</summary>
    private static void ChangeToken(List<byte> bytes, int at, ref SplitMix64 random)
    {
        var token = Token().Match(Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(bytes)), at);
        if (!token.Success) return;
        bytes.RemoveRange(token.Index, token.Length);
        bytes.InsertRange(token.Index, Encoding.Latin1.GetBytes(ExtremeLiterals[random.NextInt(ExtremeLiterals.Length)]));
    }

    [GeneratedRegex("""
        -?[0-9]+(\.[0-9]+)?|"[^"\\]*"|[A-Za-z_]+|\[\]|\{\}
        """)]
    private static partial Regex Token();
}
