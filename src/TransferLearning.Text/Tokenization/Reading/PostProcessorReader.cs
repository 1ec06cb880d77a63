namespace TransferLearning.Text;

internal static class PostProcessorReader
{
    /// <summary>The post-processor; a sequence is one template and any number of offset trimmers.</summary>
    public static PostProcessor Read(JsonField field) => Read(field, new());

    private static PostProcessor Read(JsonField field, PostProcessor before) => field.IsNull ? before : field["type"].Text() switch
    {
        "Sequence" => field["processors"].Items().Aggregate(before, (processor, step) => Read(step, processor)),
        "ByteLevel" => Trim(field, before),
        "BertProcessing" => ReadBert(field, before),
        "RobertaProcessing" => ReadRoberta(field, before),
        "TemplateProcessing" => before with { Single = ReadTemplate(field, "single"), Pair = ReadTemplate(field, "pair") },
        _ => throw field.Unsupported(),
    };

    private static PostProcessor Trim(JsonField field, PostProcessor before) => field["trim_offsets"].Flag(true)
        ? before with { TrimOffsets = true, PrefixSpaceAdded = field["add_prefix_space"].Flag(true) }
        : before;

    private static PostProcessor ReadBert(JsonField field, PostProcessor before)
    {
        var (cls, sep) = (TokenId(field["cls"]), TokenId(field["sep"]));
        return before with
        {
            Single = [TemplatePart.Special(0, cls), TemplatePart.Of(0, 0), TemplatePart.Special(0, sep)],
            Pair = [TemplatePart.Special(0, cls), TemplatePart.Of(0, 0), TemplatePart.Special(0, sep), TemplatePart.Of(1, 1), TemplatePart.Special(1, sep)],
        };
    }

    /// <summary>RoBERTa knows no second segment, and parts the texts of a pair by two separators.</summary>
    private static PostProcessor ReadRoberta(JsonField field, PostProcessor before)
    {
        var (cls, sep) = (TokenId(field["cls"]), TokenId(field["sep"]));
        return Trim(field, before) with
        {
            Single = [TemplatePart.Special(0, cls), TemplatePart.Of(0, 0), TemplatePart.Special(0, sep)],
            Pair = [TemplatePart.Special(0, cls), TemplatePart.Of(0, 0), TemplatePart.Special(0, sep, sep), TemplatePart.Of(1, 0), TemplatePart.Special(0, sep)],
        };
    }

    private static int TokenId(JsonField field) => field.Items().ToArray() is [_, var id] ? id.Number() : throw field.Wrong("is no [token, id]");

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
}
