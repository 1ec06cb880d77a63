using System.Buffers.Binary;
using System.Text;

namespace TransferLearning.Core.Tests.Runtime;

public class ElfVersionsTests
{
    [Fact]
    public void WeakenUnused_spares_the_versions_that_a_relocation_relies_on()
    {
        var library = TwoVersions(used: "NEEDED_1");

        ElfVersions.WeakenUnused(library).Should().Equal("ANCHOR_2");
        ElfVersions.WeakenUnused(library).Should().BeEmpty("the second time there is nothing left to weaken");
    }

    [Fact]
    public void WeakenUnused_changes_only_the_flag()
    {
        var (before, after) = (TwoVersions(used: "ANCHOR_2"), TwoVersions(used: "ANCHOR_2"));

        ElfVersions.WeakenUnused(after).Should().Equal("NEEDED_1");
        before.Zip(after).Count(pair => pair.First != pair.Second).Should().Be(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    public void WeakenUnused_refuses_what_is_no_library(int length) =>
        FluentActions.Invoking(() => ElfVersions.WeakenUnused(new byte[length]))
            .Should().Throw<InvalidDataException>().WithMessage("*no 64-bit little-endian ELF library*");

    [Fact]
    public void WeakenUnused_refuses_every_truncation()
    {
        var library = TwoVersions(used: "NEEDED_1");
        const int unread = 20; // Alignment and the like at the end of the last section's entry.
        for (var length = 64; length < library.Length - unread; length++)
        {
            var truncated = library[..length];
            FluentActions.Invoking(() => ElfVersions.WeakenUnused(truncated)).Should().Throw<InvalidDataException>();
        }
    }

    [SkippableFact]
    public void WeakenUnused_finds_the_anchor_of_the_real_library()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        Skip.IfNot(File.Exists(path), "LibTorchSharp is no ELF library on this platform.");

        ElfVersions.WeakenUnused(File.ReadAllBytes(path)).Should().Contain("GLIBCXX_3.4.32").And.NotContain("GLIBCXX_3.4.21");
    }

    /// <summary>
    /// The smallest library with two symbols, each of a version of its own (NEEDED_1 and ANCHOR_2), and one relocation.
    /// The section table comes last, so that every truncation cuts into it.
    /// </summary>
    private static byte[] TwoVersions(string used)
    {
        const string names = "\0lib.so\0NEEDED_1\0ANCHOR_2\0";
        byte[] strings = Encoding.ASCII.GetBytes(names);
        var (first, second) = (names.IndexOf("NEEDED_1", StringComparison.Ordinal), names.IndexOf("ANCHOR_2", StringComparison.Ordinal));

        byte[] symbols = new byte[3 * 24];
        byte[] versions = [.. Half(0), .. Half(2), .. Half(3)];
        byte[] needed =
        [
            .. Half(1), .. Half(2), .. Word(1), .. Word(16), .. Word(0),
            .. Word(0), .. Half(0), .. Half(2), .. Word(first), .. Word(16),
            .. Word(0), .. Half(0), .. Half(3), .. Word(second), .. Word(0),
        ];
        byte[] relocations = [.. Long(0), .. Word(6), .. Word(used == "NEEDED_1" ? 1 : 2), .. Long(0)];

        (uint Type, byte[] Content, int Link)[] sections =
            [(0, [], 0), (3, strings, 0), (11, symbols, 1), (0x6fffffff, versions, 2), (0x6ffffffe, needed, 1), (4, relocations, 2)];
        List<byte> table = [], body = [];
        foreach (var (type, content, link) in sections)
        {
            table.AddRange(
                [.. Word(0), .. Word((int)type), .. Long(0), .. Long(0), .. Long(64 + body.Count), .. Long(content.Length), .. Word(link), .. Word(0), .. Long(0), .. Long(0)]);
            body.AddRange(content);
        }

        byte[] header = new byte[64];
        "\u007fELF\u0002\u0001"u8.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(0x28), header.Length + body.Count);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(0x3A), 64);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(0x3C), (short)sections.Length);
        return [.. header, .. body, .. table];
    }

    private static byte[] Half(int value) => BitConverter.GetBytes((short)value);
    private static byte[] Word(int value) => BitConverter.GetBytes(value);
    private static byte[] Long(long value) => BitConverter.GetBytes(value);
}
