using System.Text;

namespace TransferLearning.Weights.Keras;

/// <summary>An attribute of an object, of which texts are read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Shape">Its dimensions; empty for a single element.</param>
/// <param name="Data">Its elements.</param>
internal sealed record HdfAttribute(string Name, HdfType Type, long[] Shape, HdfReader Data)
{
    private const int ReferenceLength = 16;

    public static HdfAttribute Read(HdfReader message)
    {
        var version = message.Byte();
        if (version is 0 or > 3) throw new FormatException($"it has version {version} of attributes");
        if (message.Byte() != 0 && version > 1) throw new FormatException("it shares the descriptions of its attributes, as Keras never does");
        var (nameLength, typeLength, shapeLength) = (message.UInt16(), message.UInt16(), message.UInt16());
        if (version == 3) message.Skip(1);
        var name = message.Text(Padded(nameLength));
        var type = HdfType.Read(message.Take(Padded(typeLength)));
        return new(name, type, HdfShape.Read(message.Take(Padded(shapeLength))), message);

        // The first version fills each part up to a multiple of 8.
        int Padded(int length) => version == 1 ? (length + 7) / 8 * 8 : length;
    }

    /// <exception cref="FormatException">It holds no texts.</exception>
    public string[] Texts(HdfSource source)
    {
        if (Shape.Contains(0)) return [];
        if (!Type.IsText && !Type.IsVariableText) throw new FormatException($"its attribute '{Name}' holds no texts but {Type}");
        var size = Type.IsText ? Type.Size : ReferenceLength;
        var data = Data.Take(HdfShape.Bytes(Shape, size));
        Dictionary<long, HdfReader> collections = [];
        var texts = new string[size == 0 ? 0 : data.Left / size];
        foreach (ref var text in texts.AsSpan()) text = Type.IsText ? data.Text(size).TrimEnd(' ') : Elsewhere(source, collections, data.Take(size));
        return texts;
    }

    // Length, address of a collection, number in it.
    private static string Elsewhere(HdfSource source, Dictionary<long, HdfReader> collections, HdfReader reference)
    {
        var (length, address, number) = (reference.UInt32(), reference.Int64(), reference.UInt32());
        if (length == 0) return "";
        if (!collections.TryGetValue(address, out var collection))
        {
            var head = source.Structure(address, 16);
            head.Expect("GCOL"u8);
            head.Skip(4);
            collections.Add(address, collection = source.Structure(address + 16, head.Int64() - 16));
        }
        while (collection.Left >= 16)
        {
            var index = collection.UInt16();
            collection.Skip(6);
            var size = collection.Int64();
            if (index == 0) break;
            if (index == number) return Encoding.UTF8.GetString(collection.Take(size).Bytes(length)).TrimEnd('\0');
            collection.Skip(Math.Min(collection.Left, (size + 7) / 8 * 8));
        }
        throw new FormatException("a text in it is not where it should be");
    }
}
