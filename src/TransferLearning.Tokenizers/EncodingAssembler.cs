namespace TransferLearning.Tokenizers;

/// <summary>Puts the tokens of a text or a pair, cut to what fits, into their frame.</summary>
internal sealed class EncodingAssembler(
    Tokenizer tokenizer, PostProcessor postProcessor, TokenList first, TokenList? second, EncodingOptions options)
{
    private readonly IReadOnlyList<TemplatePart> _template =
        [.. postProcessor.Template(second is not null).Where(part => part.IsText || options.AddSpecialTokens)];

    /// <exception cref="ArgumentException">The options leave no room for the special tokens.</exception>
    public TextEncoding Assemble()
    {
        var (kept, keptOfPair) = (first.Count, second?.Count ?? 0);
        if (options.MaxLength is { } length) (kept, keptOfPair) = Truncation.Fit(kept, keptOfPair, Room(length), options.Truncation);

        var windows = Truncation.Windows(first.Count, kept, options.Stride, options.TruncationSide);
        var windowsOfPair = Truncation.Windows(second?.Count ?? 0, keptOfPair, options.Stride, options.TruncationSide);
        var others = options.SideBySide ? SideBySide(windows.Count, windowsOfPair.Count) : Combinations(windows.Count, windowsOfPair.Count);
        return Frame(windows[0], windowsOfPair[0], others.Select(other => Frame(windows[other.First], windowsOfPair[other.Second], [])));
    }

    private static IEnumerable<(int First, int Second)> SideBySide(int windows, int windowsOfPair) =>
        Enumerable.Range(1, Math.Max(windows, windowsOfPair) - 1).Select(i => (Math.Min(i, windows - 1), Math.Min(i, windowsOfPair - 1)));

    private static IEnumerable<(int First, int Second)> Combinations(int windows, int windowsOfPair) =>
        from i in Enumerable.Range(1, windows).Select(i => i % windows) // the first window last, as in the reference
        from j in Enumerable.Range(i == 0 ? 1 : 0, windowsOfPair - (i == 0 ? 1 : 0))
        select (i, j);

    private int Room(int length)
    {
        var overhead = options.AddSpecialTokens ? postProcessor.Overhead(second is not null) : 0;
        return length >= overhead
            ? length - overhead
            : throw new ArgumentException(
                $"MaxLength is {length}, and the special tokens alone are {overhead}. Give at least that, or set AddSpecialTokens to "
                + "false.");
    }

    private TextEncoding Frame((int Start, int End) window, (int Start, int End) windowOfPair, IEnumerable<TextEncoding> overflow)
    {
        var (kept, keptOfPair) = (window.End - window.Start, windowOfPair.End - windowOfPair.Start);
        var length = _template.Sum(part => !part.IsText ? part.SpecialIds.Length : part.Text == 0 ? kept : keptOfPair);
        var encoding = new TextEncoding(tokenizer, length)
        {
            Truncated = first.Count - kept + (second?.Count ?? 0) - keptOfPair,
            Overflow = overflow,
        };
        encoding.Mask.AsSpan().Fill(1);

        var at = 0;
        foreach (var part in _template)
        {
            if (!part.IsText)
                AddSpecial(encoding, part, ref at);
            else if (part.Text == 0)
                AddText(encoding, part, first.Tokens[window.Start..window.End], ref at);
            else
                AddText(encoding, part, second!.Tokens[windowOfPair.Start..windowOfPair.End], ref at);
        }
        return encoding;
    }

    private static void AddSpecial(TextEncoding encoding, TemplatePart part, ref int at)
    {
        foreach (var id in part.SpecialIds)
        {
            (encoding.Ids[at], encoding.Segments[at], encoding.SpecialTokens[at]) = (id, part.Segment, true);
            (encoding.SequenceIds[at], encoding.WordIds[at]) = (-1, -1);
            at++;
        }
    }

    private void AddText(TextEncoding encoding, TemplatePart part, ReadOnlySpan<Token> tokens, ref int at)
    {
        for (var i = 0; i < tokens.Length; i++, at++)
        {
            var token = tokens[i];
            (encoding.Ids[at], encoding.Segments[at], encoding.SequenceIds[at], encoding.WordIds[at]) = (token.Id, part.Segment, part.Text, token.Word);
            encoding.Offsets[at] = postProcessor.TrimOffsets
                ? postProcessor.Trim(tokenizer.TokenOf(token.Id) ?? "", token, isFirst: i == 0)
                : token.Start..token.End;
        }
    }
}
