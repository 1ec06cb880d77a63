using System.Buffers.Binary;
using System.Text;

namespace TransferLearning;

/// <summary>
/// Makes a 64-bit little-endian ELF library loadable where a system library is older than the one it was linked against.
/// The loader refuses a library when a version it names is missing, even if nothing in the library uses a symbol of that
/// version. GCC 13's &lt;iostream&gt; leaves such an anchor (GLIBCXX_3.4.32). Requirements of that kind are marked weak, which
/// turns the refusal into a check that is skipped; requirements that a relocation relies on stay as they are.
/// Format: System V ABI, chapter 5; Linux Standard Base, "Symbol Versioning".
/// </summary>
internal static class ElfVersions
{
    private const uint SymbolTable = 11, RelocationsWithAddend = 4, VersionOfSymbols = 0x6fffffff, VersionsNeeded = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks every unused version requirement as weak, in place, and returns the names of those that were strong.</summary>
    /// <exception cref="InvalidDataException">The bytes are no 64-bit little-endian ELF library, or its tables point outside
    /// it.</exception>
    public static IReadOnlyList<string> WeakenUnused(byte[] library)
    {
        try
        {
            return new Image(library).WeakenUnused();
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("The ELF tables of the library point outside the file: it is truncated or damaged.", exception);
        }
    }

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);

    private sealed class Image
    {
        private readonly byte[] bytes;
        private readonly Section[] sections;

        public Image(byte[] bytes)
        {
            this.bytes = bytes;
            if (bytes.Length < 64 || !bytes.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
                throw new InvalidDataException("The file is no 64-bit little-endian ELF library.");
            var (table, entry) = (Offset(0x28), Half(0x3A));
            sections = [.. Enumerable.Range(0, Half(0x3C)).Select(index => table + index * entry)
                .Select(at => new Section(Word(at + 4), Offset(at + 0x18), Offset(at + 0x20), (int)Word(at + 0x28)))];
        }

        public List<string> WeakenUnused()
        {
            var used = UsedVersions();
            List<string> weakened = [];
            foreach (var needed in sections.Where(section => section.Type == VersionsNeeded && section.Size > 0))
            {
                var names = sections[needed.Link].Offset;
                foreach (var library in Chain(needed.Offset, next: 12))
                foreach (var version in Chain(library + (int)Word(library + 8), next: 12))
                {
                    var flags = Half(version + 4);
                    if (used.Contains(Half(version + 6)) || (flags & WeakFlag) != 0) continue;
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(version + 4), (ushort)(flags | WeakFlag));
                    weakened.Add(Name(names + (int)Word(version + 8)));
                }
            }
            return weakened;
        }

        /// <summary>Version indices of all symbols that a relocation refers to.</summary>
        private HashSet<ushort> UsedVersions()
        {
            var symbols = Array.FindIndex(sections, section => section.Type == SymbolTable);
            var versions = sections.FirstOrDefault(section => section.Type == VersionOfSymbols);
            HashSet<ushort> used = [];
            foreach (var relocations in sections.Where(section => section.Type == RelocationsWithAddend && section.Link == symbols))
                for (var at = relocations.Offset; at < relocations.Offset + relocations.Size; at += 24)
                    used.Add((ushort)(Half(versions.Offset + 2 * (int)Word(at + 12)) & 0x7fff));
            return used;
        }

        private IEnumerable<int> Chain(int at, int next)
        {
            int step;
            do
            {
                yield return at;
                step = (int)Word(at + next);
                at += step;
            }
            while (step > 0);
        }

        private string Name(int at) => Encoding.ASCII.GetString(bytes, at, Array.IndexOf(bytes, (byte)0, at) - at);
        private ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
        private uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
        private int Offset(int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)));
    }
}
