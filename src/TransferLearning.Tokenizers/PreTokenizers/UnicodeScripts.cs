using System.Globalization;

namespace TransferLearning.Tokenizers;

/// <summary>Splits where the script of the letters changes; spaces belong to what is before them, and at the start to nothing.</summary>
internal sealed class UnicodeScripts : IPreTokenizer
{
    private static readonly (int Start, int End, string Script)[] Ranges = Read();
    private static readonly int[] Starts = [.. Ranges.Select(range => range.Start)];

    public void Split(AlignedText text, WordList words)
    {
        foreach (var (start, end) in words.Words)
        {
            int? word = null;
            var script = "";
            for (var i = start; i < end; i += text.RuneAt(i).Utf16SequenceLength)
            {
                if (ScriptOf(text.RuneAt(i).Value) is not { } next || next == script) continue;
                if (word is { } last) words.Add(last, i);
                (word, script) = (i, next);
            }
            if (word is { } rest) words.Add(rest, end);
        }
        words.Commit();
    }

    private static string? ScriptOf(int character)
    {
        var at = Array.BinarySearch(Starts, character);
        var (_, end, script) = Ranges[at >= 0 ? at : ~at - 1];
        return character <= end ? script : null;
    }

    private static (int, int, string)[] Read()
    {
        using var stream = typeof(UnicodeScripts).Assembly.GetManifestResourceStream("UnicodeScripts.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(Parse)];

        static (int, int, string) Parse(string line)
        {
            var parts = line.Split('-', ' ');
            return (Hex(parts[0]), Hex(parts[1]), parts[2]);
        }

        static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
