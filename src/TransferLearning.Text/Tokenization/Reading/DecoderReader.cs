namespace TransferLearning.Text;

internal static class DecoderReader
{
    public static IDecoder? Read(JsonField field) => field.IsNull ? null : field["type"].Text() switch
    {
        "Sequence" => new DecoderSequence([.. field["decoders"].Items().Select(Read).OfType<IDecoder>()]),
        "ByteLevel" => new ByteLevelDecoder(),
        "WordPiece" => new WordPieceDecoder(field["prefix"].Text("##"), field["cleanup"].Flag(true)),
        "Metaspace" => new MetaspaceDecoder(field["replacement"].Character("\u2581").ToString(), PreTokenizerReader.Scheme(field) != PrependScheme.Never),
        "BPEDecoder" => new BpeDecoder(field["suffix"].Text("</w>")),
        "CTC" => new CtcDecoder(field["pad_token"].Text("<pad>"), field["word_delimiter_token"].Text("|"), field["cleanup"].Flag(true)),
        "Fuse" => new FuseDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Replace" => new ReplaceDecoder(PatternReader.Read(field["pattern"]), field["content"].Text()),
        "Strip" => new StripDecoder(field["content"].Character(), field["start"].Number(0), field["stop"].Number(0)),
        _ => throw field.Unsupported(),
    };
}
