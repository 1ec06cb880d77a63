using System.Buffers.Binary;
using System.Text;

namespace TransferLearning;

/// <summary>
/// The smallest ELF library: one function. Format: System V ABI, chapters 4 and 5; processor supplement for AMD64.
/// The file is mapped twice, to be run and to be written: the loader writes into the dynamic section.
/// </summary>
internal static class ElfFunction
{
    private const int Headers = 4, Code = 64 + Headers * 56, Symbols = Code + 16, Hash = Symbols + 48, Dynamic = Hash + 24, Names = Dynamic
        + 96;
    private const ulong Written = 0x1000;

    /// <summary>A library for 64-bit Linux on x86 that exports the code, at most 16 bytes, under the name.</summary>
    public static byte[] Library(string name, ReadOnlySpan<byte> code)
    {
        var file = new byte[Names + name.Length + 2];
        // Identification, then: a shared object, for AMD64, version 1, no entry, program headers at 64, no sections.
        ((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file);
        Write16(file, 16, 3, 62);
        Write32(file, 20, 1);
        Write64(file, 32, 64);
        Write16(file, 52, 64, 56, Headers);

        var size = (ulong)file.Length;
        Header(file, 0, type: 1, flags: 5, offset: 0, address: 0, size, align: 0x1000);
        Header(file, 1, type: 1, flags: 6, offset: 0, address: Written, size, align: 0x1000);
        Header(file, 2, type: 2, flags: 6, offset: Dynamic, address: Written + Dynamic, 96, align: 8);
        // A stack that holds no code.
        Header(file, 3, type: 0x6474e551, flags: 6, offset: 0, address: 0, 0, align: 16);

        code.CopyTo(file.AsSpan(Code, Symbols - Code));
        // The second symbol (the first is none): a global function in some section.
        Write32(file, Symbols + 24, 1);
        file[Symbols + 28] = 0x12;
        Write16(file, Symbols + 30, 1);
        Write64(file, Symbols + 32, Code, (ulong)code.Length);
        // One bucket, two symbols; the bucket begins with the second.
        Write32(file, Hash, 1, 2, 1, 0, 0);
        // Where the hash table, the names and the symbols are; the size of the names and of a symbol.
        Write64(file, Dynamic, 4, Hash, 5, Names, 6, Symbols, 10, (ulong)name.Length + 2, 11, 24);
        Encoding.ASCII.GetBytes(name, file.AsSpan(Names + 1));
        return file;
    }

    private static void Header(byte[] file, int index, uint type, uint flags, ulong offset, ulong address, ulong size, ulong align)
    {
        var at = 64 + index * 56;
        Write32(file, at, type, flags);
        Write64(file, at + 8, offset, address, address, size, size, align);
    }

    private static void Write16(byte[] file, int at, params ReadOnlySpan<ushort> values)
    {
        foreach (var value in values) BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan((at += 2) - 2), value);
    }

    private static void Write32(byte[] file, int at, params ReadOnlySpan<uint> values)
    {
        foreach (var value in values) BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan((at += 4) - 4), value);
    }

    private static void Write64(byte[] file, int at, params ReadOnlySpan<ulong> values)
    {
        foreach (var value in values) BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan((at += 8) - 8), value);
    }
}
