namespace TransferLearning.Weights.Keras;

/// <summary>The members of a group. A link that leads to a name instead of an object is refused: it may lead in circles or to another file.</summary>
internal static class HdfGroup
{
    private const int SymbolicEntry = 2, MaxLevel = 16;

    /// <summary>Names and addresses of the headers; nothing where the object is no group.</summary>
    /// <exception cref="FormatException">Its members are stored in another form than Keras's.</exception>
    public static IEnumerable<(string Name, long Address)> Members(HdfSource source, List<(int Type, HdfReader Data)> messages)
    {
        foreach (var (type, data) in messages)
            switch (type)
            {
                case HdfHeader.Link:
                    yield return Link(data);
                    break;
                case HdfHeader.LinkInfo:
                    CheckCompact(data);
                    break;
                case HdfHeader.SymbolTable:
                    foreach (var member in Table(source, data)) yield return member;
                    break;
            }
    }

    private static (string, long) Link(HdfReader message)
    {
        message.Skip(1);
        var flags = message.Byte();
        var kind = (flags & 8) == 0 ? 0 : message.Byte();
        message.Skip(((flags & 4) == 0 ? 0 : 8) + ((flags & 16) == 0 ? 0 : 1));
        var name = message.Text(message.Number(1 << (flags & 3)));
        return kind == 0 ? (name, message.Int64()) : throw Refusal(name, kind == 1 ? "a symbolic link" : "a link to another file");
    }

    private static void CheckCompact(HdfReader message)
    {
        message.Skip(1);
        if ((message.Byte() & 1) != 0) message.Skip(8);
        // An address that does not exist, where the members are in the header.
        if (message.Int64() != -1) throw new FormatException("it was written with libver='latest' of h5py, as Keras never does");
    }

    private static IEnumerable<(string, long)> Table(HdfSource source, HdfReader message)
    {
        var (tree, heap) = (message.Int64(), message.Int64());
        var head = source.Structure(heap, 32);
        head.Expect("HEAP"u8);
        head.Skip(4);
        var size = head.Int64();
        head.Skip(8);
        var names = source.Structure(head.Int64(), size).Rest.ToArray();
        return Node(source, tree, MaxLevel).Select(entry => entry.Kind != SymbolicEntry
            ? (NameAt(names, entry.Name), entry.Address)
            : throw Refusal(NameAt(names, entry.Name), "a symbolic link"));
    }

    /// <summary>A node of the tree, whose leaves hold the entries; the level falls from node to node.</summary>
    private static IEnumerable<(long Name, long Address, long Kind)> Node(HdfSource source, long address, int below)
    {
        var head = source.Structure(address, 24);
        head.Expect("TREE"u8);
        var (kind, level, count) = (head.Byte(), head.Byte(), head.UInt16());
        if (kind != 0 || level >= below) throw new FormatException("a tree of a group in it leads in circles");
        var children = source.Structure(address + 24, 16L * count);
        for (var i = 0; i < count; i++)
        {
            children.Skip(8);
            var child = children.Int64();
            foreach (var entry in level > 0 ? Node(source, child, level) : Leaf(source, child)) yield return entry;
        }
    }

    private static List<(long Name, long Address, long Kind)> Leaf(HdfSource source, long address)
    {
        var head = source.Structure(address, 8);
        head.Expect("SNOD"u8);
        head.Skip(2);
        var count = head.UInt16();
        var entries = source.Structure(address + 8, 40L * count);
        List<(long, long, long)> found = [];
        for (var i = 0; i < count; i++)
        {
            found.Add((entries.Int64(), entries.Int64(), entries.UInt32()));
            entries.Skip(20);
        }
        return found;
    }

    private static string NameAt(byte[] names, long offset) =>
        offset >= 0 && offset < names.Length
            ? HdfReader.Text(names.AsSpan((int)offset))
            : throw new FormatException("a name in it is not where it should be");

    private static FormatException Refusal(string name, string what) => new($"'{name}' is {what}, which is not followed");
}
