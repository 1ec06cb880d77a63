namespace TransferLearning.Weights.Keras;

/// <summary>What a header of an object says, message by message.</summary>
internal static class HdfHeader
{
    public const int Dataspace = 0x01, LinkInfo = 0x02, Datatype = 0x03, Link = 0x06, ExternalFiles = 0x07, Layout = 0x08, Attribute = 0x0C,
        Continuation = 0x10, SymbolTable = 0x11;

    private const int MaxMessages = 100_000, LongestStart = 64, SharedFlag = 2;

    /// <summary>The messages of the header at that address.</summary>
    /// <exception cref="FormatException">There is no header, or one of another form.</exception>
    public static List<(int Type, HdfReader Data)> Read(HdfSource source, long address)
    {
        List<(int Type, HdfReader Data)> messages = [];
        Queue<HdfReader> blocks = [];
        var start = source.Structure(address, Math.Clamp(source.Length - address, 0, LongestStart));
        var startLength = start.Left;
        var isNew = start.Rest.StartsWith("OHDR"u8);
        var flags = 0;
        if (isNew)
        {
            start.Skip(5);
            flags = start.Byte();
            start.Skip(((flags & 32) == 0 ? 0 : 16) + ((flags & 16) == 0 ? 0 : 4));
            var size = start.Number(1 << (flags & 3));
            blocks.Enqueue(source.Structure(address + startLength - start.Left, size));
        }
        else
        {
            if (start.Byte() != 1) throw new FormatException("a header of an object is not where it should be");
            start.Skip(7);
            blocks.Enqueue(source.Structure(address + 16, start.UInt32()));
        }
        var prefix = isNew ? (flags & 4) == 0 ? 4 : 6 : 8;
        while (blocks.TryDequeue(out var block))
            while (block.Left >= prefix)
            {
                var type = isNew ? block.Byte() : block.UInt16();
                var size = block.UInt16();
                var isShared = (block.Byte() & SharedFlag) != 0;
                block.Skip(prefix - (isNew ? 4 : 5));
                var data = block.Take(size);
                if (type == Continuation) blocks.Enqueue(Continued(source, data, isNew));
                else if (isShared && type is Dataspace or Datatype or Attribute)
                    throw new FormatException("it shares the descriptions of its objects, as Keras never does");
                else messages.Add((type, data));
                if (messages.Count > MaxMessages) throw new FormatException("a header of an object in it does not end");
            }
        return messages;
    }

    private static HdfReader Continued(HdfSource source, HdfReader message, bool isNew)
    {
        var block = source.Structure(message.Int64(), message.Int64());
        if (!isNew) return block;
        block.Expect("OCHK"u8);
        // A checksum ends it.
        return block.Take(Math.Max(0, block.Left - 4));
    }
}
