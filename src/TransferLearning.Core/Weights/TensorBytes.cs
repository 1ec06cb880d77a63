using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Sees some bytes of a tensor.</summary>
internal delegate void VisitBytes(ReadOnlySpan<byte> bytes);

/// <summary>Copies between contiguous CPU tensors and streams, in parts because a span ends at 2 GiB.</summary>
internal static class TensorBytes
{
    private const long PartBytes = 1 << 28;

    /// <exception cref="EndOfStreamException">The stream ends before the tensor is full.</exception>
    public static void ReadFrom(this Tensor tensor, Stream stream) => ForEachPart(tensor, part => stream.ReadExactly(part.bytes));

    /// <exception cref="EndOfStreamException">The file ends before the tensor is full.</exception>
    public static void ReadFrom(this Tensor tensor, SafeFileHandle file, long offset) => ForEachPart(tensor, part =>
    {
        for (var rest = part.bytes; !rest.IsEmpty;)
        {
            var count = RandomAccess.Read(file, rest, offset);
            if (count == 0) throw new EndOfStreamException();
            rest = rest[count..];
            offset += count;
        }
    });

    public static void WriteTo(this Tensor tensor, Stream stream) => ForEachPart(tensor, part => stream.Write(part.bytes));

    /// <summary>Checksum of the values, of a tensor on any device.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="checksum">Of what came before; 0 at the beginning.</param>
    public static uint Crc32(this Tensor tensor, uint checksum = 0)
    {
        using var scope = NewDisposeScope();
        ForEachPart(tensor.detach().cpu().contiguous(), part => checksum = TransferLearning.Crc32.Append(checksum, part.bytes));
        return checksum;
    }

    /// <summary>Shows the bytes of a tensor on any device, part by part.</summary>
    public static void Visit(this Tensor tensor, VisitBytes visit)
    {
        using var scope = NewDisposeScope();
        ForEachPart(tensor.detach().cpu().contiguous(), part => visit(part.bytes));
    }

    private static void ForEachPart(Tensor tensor, Action<Tensor> action)
    {
        var count = tensor.numel();
        var partCount = PartBytes / tensor.element_size();
        if (count == 0) return;
        if (count <= partCount)
        {
            action(tensor);
            return;
        }
        using var flat = tensor.view(-1);
        for (long start = 0; start < count; start += partCount)
        {
            using var part = flat.narrow(0, start, Math.Min(partCount, count - start));
            action(part);
        }
    }
}
