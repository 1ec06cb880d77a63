using System.Numerics;
using System.Text;

namespace TransferLearning.Tests.Weights.PyTorch;

public class UnpicklerTests
{
    private static object? Load(ReadOnlySpan<byte> pickle) => new Unpickler(new MemoryStream(pickle.ToArray()), id => id).Load();

    private static object? Load(string pickle) => Load(Encoding.Latin1.GetBytes(pickle));

    [Theory]
    [InlineData("N.", null)]
    [InlineData("I01\n.", true)]
    [InlineData("I00\n.", false)]
    [InlineData("\u0088.", true)]
    [InlineData("I-12\n.", -12L)]
    [InlineData("L7L\n.", 7L)]
    [InlineData("K\u00ff.", 255L)]
    [InlineData("M\u0001\u0002.", 513L)]
    [InlineData("J\u00fe\u00ff\u00ff\u00ff.", -2L)]
    [InlineData("\u008a\u0002\u0000\u00ff.", -256L)]
    [InlineData("\u008a\u0000.", 0L)]
    [InlineData("F1.5\n.", 1.5)]
    [InlineData("G\u003f\u00f8\u0000\u0000\u0000\u0000\u0000\u0000.", 1.5)]
    [InlineData("S'a\\x41\\n'\n.", "aA\n")]
    [InlineData("Va\\u00e9\n.", "aé")]
    [InlineData("U\u0002hi.", "hi")]
    [InlineData("\u008c\u0002\u00c3\u00a9.", "é")]
    [InlineData("X\u0002\u0000\u0000\u0000hi.", "hi")]
    public void Reads_plain_values(string pickle, object? expected) => Load(pickle).Should().Be(expected);

    [Fact]
    public void Reads_integers_of_any_length() =>
        Load("L119547037146038801333356L\n.").Should().Be(BigInteger.Parse("119547037146038801333356", null));

    [Fact]
    public void Reads_containers()
    {
        Load("(K\u0001K\u0002t.").Should().BeEquivalentTo(new object[] { 1L, 2L });
        Load("](K\u0001K\u0002e.").Should().BeEquivalentTo(new List<object> { 1L, 2L });
        Load("\u008f(K\u0001\u0090.").Should().BeEquivalentTo(new List<object> { 1L });
        Load("}(K\u0001Nu.").Should().BeOfType<PickleDictionary>().Which.Should().ContainKey(1L);
        Load("C\u0002hi.").Should().BeEquivalentTo("hi"u8.ToArray());
    }

    [Fact]
    public void Remembers_values()
    {
        var list = Load("]\u0094(h\u0000h\u0000t.").Should().BeOfType<object?[]>().Which;
        list[0].Should().BeSameAs(list[1]);
    }

    [Fact]
    public void Refuses_more_operations_than_a_checkpoint_needs() =>
        FluentActions.Invoking(() => Load(Enumerable.Repeat((byte)'N', 6_000_000).ToArray())).Should().Throw<FormatException>()
            .WithMessage("*operations*");

    public static TheoryData<string, string> Copies => new()
    {
        { $"X\u00ff\u00ff\0\0{new string('x', 0xffff)}", "c_codecs\nencode\nh\0U\u0006latin1\u0086R" },
        { $"X\u00ff\u00ff\u000f\0{new string('x', 0xfffff)}", "}h\0Ns" },
        { $"]((X\u00ff\u00ff\u000f\0{new string('x', 0xfffff)}Ntq\u0001h\u0001e", "ccollections\nOrderedDict\nh\0\u0085R" },
        { $"]({string.Concat(Enumerable.Repeat("K\u0001K\u0002\u0086", 10_000))}e", "ccollections\nOrderedDict\nh\0\u0085R" },
        { $"X\u00ff\u00ff\u000f\0{new string('x', 0xfffff)}", "h\0h\0\u0093" },
    };

    [Theory]
    [MemberData(nameof(Copies))]
    public void Refuses_to_copy_the_same_without_end(string value, string copy)
    {
        Load($"{value}q\0{copy}.").Should().NotBeNull();
        FluentActions.Invoking(() => Load($"{value}q\0({string.Concat(Enumerable.Repeat(copy, 1000))}t."))
            .Should().Throw<FormatException>().WithMessage("*copies*").Which.Message.Length.Should().BeLessThan(500);
    }

    [Fact]
    public void Numbers_as_keys_cannot_be_chosen_so_that_their_hashes_collide()
    {
        var hashes = new PickleDictionary().Comparer;
        object[] keys = [.. Enumerable.Range(0, 1000).Select(i => (object)((long)i << 32 | (long)i))];
        keys.Select(key => key.GetHashCode()).Distinct().Should().ContainSingle();
        keys.Select(hashes.GetHashCode).Distinct().Should().HaveCountGreaterThan(990);
    }

    [Fact]
    public void Keys_are_equal_by_value()
    {
        var dictionary = new PickleDictionary { ["1"] = "text", [1L] = "number", [true] = "truth" };
        dictionary[1L] = dictionary["1"] = dictionary[true] = "changed";
        dictionary.Values.Should().Equal("changed", "changed", "changed");
    }

    [Fact]
    public void Refuses_an_index_beyond_what_can_be_remembered() =>
        FluentActions.Invoking(() => Load("Np5000000\n.")).Should().Throw<FormatException>().WithMessage("*breaks*");
}
