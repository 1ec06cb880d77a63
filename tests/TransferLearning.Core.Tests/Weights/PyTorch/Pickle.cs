using System.Text;

namespace TransferLearning.Tests.Weights.PyTorch;

/// <summary>Writes pickles as torch.save does (protocol 2), and ones that it never would.</summary>
internal sealed class Pickle
{
    private readonly List<byte> _bytes = [0x80, 2];

    public byte[] ToArray() => [.. _bytes, (byte)'.'];

    public Pickle Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Pickle Mark() => Raw((byte)'(');

    public Pickle Tuple() => Raw((byte)'t');

    public Pickle Dict() => Raw((byte)'}');

    public Pickle SetItems() => Raw((byte)'u');

    public Pickle Reduce() => Raw((byte)'R');

    public Pickle Global(string module, string name) => Raw(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    /// <summary>An object without arguments that has one attribute.</summary>
    public Pickle Object(string module, string name) =>
        Global(module, name).Raw((byte)')', 0x81).Dict().Mark().Text("attribute").Integer(1).SetItems().Raw((byte)'b');

    public Pickle Text(string text) =>
        Raw([(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)]);

    public Pickle Integer(long value) => Raw([0x8a, 8, .. BitConverter.GetBytes(value)]);

    public Pickle Integers(params long[] values)
    {
        Mark();
        foreach (var value in values) Integer(value);
        return Tuple();
    }

    public Pickle Storage(string key, long count, string type = "FloatStorage", params object?[] view)
    {
        Mark().Text("storage").Global("torch", type).Text(key).Text("cpu").Integer(count);
        if (view.Length > 0)
        {
            Mark();
            foreach (var item in view) _ = item is string text ? Text(text) : Integer(Convert.ToInt64(item, null));
            Tuple();
        }
        return Tuple().Raw((byte)'Q');
    }

    public Pickle Tensor(string key, long storageCount, long offset, long[] shape, long[] strides, string type = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Mark().Storage(key, storageCount, type).Integer(offset).Integers(shape)
            .Integers(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Raw((byte)')').Reduce().Tuple().Reduce();

    /// <summary>A dictionary of contiguous float tensors; the storage of each has its number as key.</summary>
    public static Pickle StateDict(params (string Name, long[] Shape)[] tensors)
    {
        var pickle = new Pickle().Global("collections", "OrderedDict").Raw((byte)')').Reduce().Mark();
        foreach (var (index, (name, shape)) in tensors.Index())
            pickle.Text(name).Tensor($"{index}", shape.Aggregate(1L, (a, b) => a * b), 0, shape, Strides(shape));
        return pickle.SetItems();
    }

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; stride *= shape[i--]) strides[i] = stride;
        return strides;
    }
}
