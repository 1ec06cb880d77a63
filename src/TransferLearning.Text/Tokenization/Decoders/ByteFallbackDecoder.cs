using System.Globalization;
using System.Text;

namespace TransferLearning.Text;

/// <summary>Reads runs of tokens such as <c>&lt;0xE2&gt;</c> as UTF-8; each byte of a run that is none becomes U+FFFD.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        List<string> parts = [];
        List<byte> run = [];
        foreach (var token in tokens)
        {
            if (TryReadByte(token, out var value))
            {
                run.Add(value);
                continue;
            }
            EndRun(run, parts);
            parts.Add(token);
        }
        EndRun(run, parts);
        return parts;
    }

    private static bool TryReadByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void EndRun(List<byte> run, List<string> parts)
    {
        if (run.Count == 0) return;
        try
        {
            parts.Add(Strict.GetString([.. run]));
        }
        catch (ArgumentException)
        {
            parts.AddRange(Enumerable.Repeat("\uFFFD", run.Count));
        }
        run.Clear();
    }
}
