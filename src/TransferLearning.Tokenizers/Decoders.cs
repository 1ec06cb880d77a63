using System.Globalization;
using System.Text;

namespace TransferLearning.Tokenizers;

/// <summary>Turns tokens into parts of a text; put together they are the text.</summary>
internal interface IDecoder
{
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);

    /// <summary>Reads the part <c>decoder</c> of a tokenizer.json; null where there is none.</summary>
    static IDecoder? Read(JsonField field) => field.IsNull ? null : field["type"].Text() switch
    {
        "Sequence" => new DecoderSequence([.. field["decoders"].Items().Select(Read).OfType<IDecoder>()]),
        "ByteLevel" => new ByteLevelDecoder(),
        "WordPiece" => new WordPieceDecoder(field["prefix"].Text("##"), field["cleanup"].Flag(true)),
        "Metaspace" => new MetaspaceDecoder(
            field["replacement"].Character(Metaspace.DefaultReplacement).ToString(), Metaspace.ReadScheme(field) != PrependScheme.Never),
        "BPEDecoder" => new BpeDecoder(field["suffix"].Text("</w>")),
        "CTC" => new CtcDecoder(field["pad_token"].Text("<pad>"), field["word_delimiter_token"].Text("|"), field["cleanup"].Flag(true)),
        "Fuse" => new FuseDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Replace" => new ReplaceDecoder(Pattern.Read(field["pattern"]), field["content"].Text()),
        "Strip" => new StripDecoder(field["content"].Character(), field["start"].Number(0), field["stop"].Number(0)),
        _ => throw field.Unsupported(),
    };
}

/// <summary>Decoders one after the other.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> steps) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => steps.Aggregate(tokens, (parts, step) => step.Decode(parts));
}

/// <summary>Makes one part of all.</summary>
internal sealed class FuseDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Puts a string in the place of every match of a pattern, token by token.</summary>
internal sealed class ReplaceDecoder(Pattern pattern, string content) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(token => pattern.Replace(token, content))];
}

/// <summary>Takes up to so many of a character from both ends of each token.</summary>
internal sealed class StripDecoder(Rune content, int left, int right) : IDecoder
{
    private readonly string _content = content.ToString();

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Strip)];

    private string Strip(string token)
    {
        var text = token.AsSpan();
        for (var i = 0; i < left && text.StartsWith(_content, StringComparison.Ordinal); i++) text = text[_content.Length..];
        for (var i = 0; i < right && text.EndsWith(_content, StringComparison.Ordinal); i++) text = text[..^_content.Length];
        return text.Length == token.Length ? token : text.ToString();
    }
}

/// <summary>Turns the mark at the end of words into spaces between them.</summary>
internal sealed class BpeDecoder(string suffix) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => suffix.Length == 0
        ? tokens
        : [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}

/// <summary>Turns the visible character back into spaces; those at the start go where the tokenizer put one there itself.</summary>
internal sealed class MetaspaceDecoder(string replacement, bool prepended) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(replacement, i == 0 && prepended ? "" : " ", StringComparison.Ordinal))];
}

/// <summary>Joins continuations to what they continue and puts spaces between the rest.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : IDecoder
{
    private static readonly (string Apart, string Together)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
        (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [.. tokens.Select(Decode)];

    /// <summary>English spacing around punctuation and contractions.</summary>
    public static string CleanUp(string text) =>
        Cleanups.Aggregate(text, (cleaned, change) => cleaned.Replace(change.Apart, change.Together, StringComparison.Ordinal));

    private string Decode(string token, int index)
    {
        if (index > 0) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : $" {token}";
        return cleanup ? CleanUp(token) : token;
    }
}

/// <summary>Reads the output of a CTC speech model: repeats and padding go, the delimiter becomes a space.</summary>
internal sealed class CtcDecoder(string padding, string wordDelimiter, bool cleanup) : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [.. tokens.Where((token, i) => i == 0 || token != tokens[i - 1]).Select(Decode).Where(part => part.Length > 0)];

    private string Decode(string token)
    {
        token = Replace(token, padding, "");
        return cleanup ? Replace(WordPieceDecoder.CleanUp(token), wordDelimiter, " ") : token;
    }

    private static string Replace(string token, string old, string content) =>
        old.Length == 0 ? token : token.Replace(old, content, StringComparison.Ordinal);
}

/// <summary>Reads tokens as the bytes that their characters stand for; what is not UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens)
    {
        List<byte> bytes = [];
        foreach (var token in tokens)
            if (!ByteAlphabet.TryDecode(token, bytes)) bytes.AddRange(Encoding.UTF8.GetBytes(token));
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}

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
