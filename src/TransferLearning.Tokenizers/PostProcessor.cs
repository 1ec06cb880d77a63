namespace TransferLearning.Tokenizers;

/// <summary>
/// What is put around a text or a pair of texts: for each part the text to insert (0 or 1) or the ids of special tokens, and the
/// segment of all of its tokens.
/// </summary>
internal readonly record struct TemplatePart(int Text, int[] SpecialIds, int Segment)
{
    public bool IsText => SpecialIds.Length == 0;

    public static TemplatePart Of(int text, int segment) => new(text, [], segment);

    public static TemplatePart Special(int segment, params int[] ids) => new(-1, ids, segment);
}

/// <summary>Frames texts with special tokens.</summary>
internal sealed record PostProcessor
{
    public IReadOnlyList<TemplatePart> Single { get; init; } = [TemplatePart.Of(0, 0)];

    public IReadOnlyList<TemplatePart> Pair { get; init; } = [TemplatePart.Of(0, 0), TemplatePart.Of(1, 1)];

    /// <summary>Whether the white space that byte-level tokens begin or end with stays out of their offsets.</summary>
    public bool TrimOffsets { get; init; }

    /// <summary>Whether the first token may begin with a space that the tokenizer put there.</summary>
    public bool PrefixSpaceAdded { get; init; }

    /// <summary>
    /// Reads the part <c>post_processor</c> of a tokenizer.json; a sequence is one template and any number of offset trimmers.
    /// </summary>
    public static PostProcessor Read(JsonField field) => Read(field, new());

    private static PostProcessor Read(JsonField field, PostProcessor before) => field.IsNull ? before : field["type"].Text() switch
    {
        "Sequence" => field["processors"].Items().Aggregate(before, (processor, step) => Read(step, processor)),
        "ByteLevel" => before.WithTrimming(field),
        "BertProcessing" => before.WithFrame(field, sep => [TemplatePart.Of(1, 1), TemplatePart.Special(1, sep)]),
        // RoBERTa knows no second segment, and parts the texts of a pair by two separators.
        "RobertaProcessing" => before.WithTrimming(field)
            .WithFrame(field, sep => [TemplatePart.Special(0, sep), TemplatePart.Of(1, 0), TemplatePart.Special(0, sep)]),
        "TemplateProcessing" => before with { Single = ReadTemplate(field, "single"), Pair = ReadTemplate(field, "pair") },
        _ => throw field.Unsupported(),
    };

    private PostProcessor WithTrimming(JsonField field) => field["trim_offsets"].Flag(true)
        ? this with { TrimOffsets = true, PrefixSpaceAdded = field["add_prefix_space"].Flag(true) }
        : this;

    /// <summary>A text between cls and sep, and what a pair adds to that.</summary>
    private PostProcessor WithFrame(JsonField field, Func<int, TemplatePart[]> pair)
    {
        var (cls, sep) = (TokenId(field["cls"]), TokenId(field["sep"]));
        TemplatePart[] single = [TemplatePart.Special(0, cls), TemplatePart.Of(0, 0), TemplatePart.Special(0, sep)];
        return this with { Single = single, Pair = [.. single, .. pair(sep)] };
    }

    private static int TokenId(JsonField field) =>
        field.Items().ToArray() is [_, var id] ? id.Number() : throw field.Wrong("is no [token, id]");

    private static List<TemplatePart> ReadTemplate(JsonField field, string name)
    {
        List<TemplatePart> parts = [];
        foreach (var item in field[name].Items())
        {
            if (item.Has("Sequence"))
            {
                var sequence = item["Sequence"];
                parts.Add(TemplatePart.Of(sequence["id"].Text() switch
                {
                    "A" => 0,
                    "B" when name == "pair" => 1,
                    _ => throw sequence["id"].Wrong("names no text of the template"),
                }, sequence["type_id"].Number(0)));
                continue;
            }
            var special = item["SpecialToken"];
            var ids = field["special_tokens"][special["id"].Text()]["ids"].Items().Select(id => id.Number()).ToArray();
            if (ids.Length > 0) parts.Add(TemplatePart.Special(special["type_id"].Number(0), ids));
        }
        return parts;
    }

    public IReadOnlyList<TemplatePart> Template(bool isPair) => isPair ? Pair : Single;

    /// <summary>Number of special tokens that are added.</summary>
    public int Overhead(bool isPair) => Template(isPair).Sum(part => part.SpecialIds.Length);

    /// <summary>Offsets of a token without the white space at its ends.</summary>
    public Range Trim(string text, Token token, bool isFirst)
    {
        var (leading, trailing) = (token.SpacesBefore, token.SpacesAfter);
        for (var i = 0; i < text.Length && IsSpace(text[i]); i++) leading++;
        for (var i = text.Length - 1; i >= 0 && IsSpace(text[i]); i--) trailing++;
        if (leading > 0 && PrefixSpaceAdded && (isFirst || token.Start == 0)) leading--;

        var start = Math.Min(token.Start + leading, token.End);
        var end = token.End >= trailing ? Math.Max(token.End - trailing, start) : token.End;
        return start..end;
    }

    private static bool IsSpace(char unit) => unit == ByteAlphabet.Space || char.IsWhiteSpace(unit);
}
