using System.Diagnostics;
using System.Text;
using TransferLearning.TestKit;
using Xunit.Abstractions;

namespace TransferLearning.Tokenizers.Tests;

public class HostileTextTests(ITestOutputHelper output)
{
    // Control characters, NUL, marks, joiners, directions, selectors, noncharacters, unassigned and private ones, ligatures, special tokens
    // and parts of them.
    private static readonly string[] Pieces =
    [
        "\0", "\u0007", "\u007F", "\u0085", "\u00AD", "\u0301", "\u0316", "\u093F", "\u200D", "\u200B", "\u200F", "\u202E", "\u2066",
        "\uFE0F", "\uFFFE", "\uFFFF", "\u0378", "\uE000",
        "\U0001F469\u200D\U0001F4BB", "\U0001F1E9\U0001F1EA", "\U000E0041", "\U0010FFFF", "\uFDFA", "\uFB03", "\u0130", "\u1E9E", "\u3000",
        "\u2028", "\u00A0", "\r\n", "\t", " ",
        "[MASK]", "[CLS", "<s>", "</s", "<0x0A>", "##", "\u2581", "\u0120", "<|endoftext|>",
    ];

    public static TheoryData<string> Names { get; } =
        ["minilm", "wordpiece_cased2000", "gpt2", "roberta", "whisper", "llama3", "unigram1000", "unigram_bytes600", "spbpe700"];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_text_throws_and_offsets_are_ordered_and_inside(string name)
    {
        var tokenizer = GoldenTokenizer.Open(name);
        var random = new Random(7);
        for (var i = 0; i < Fuzzer.Total; i++)
        {
            var (text, pair) = (RandomText(random), random.Next(4) == 0 ? RandomText(random) : null);
            CheckOffsets(
                tokenizer.Encode(text, pair, new() { MaxLength = random.Next(2) == 0 ? null : random.Next(8, 20), Stride = random.Next(2) == 0 ? null : 2 }), text, pair ?? "");
        }
    }

    [Theory]
    [InlineData("minilm")]
    [InlineData("roberta")]
    [InlineData("llama3")]
    [InlineData("unigram1000")]
    [InlineData("spbpe700")]
    public void A_million_units_without_a_space_are_one_text_among_others(string name)
    {
        var tokenizer = GoldenTokenizer.Open(name);
        var random = new Random(8);
        string[] texts =
        [
            string.Create(1_000_000, random, (units, r) => r.GetItems<char>("abcdefghijklmnopqrstuvwxyz", units)),
            string.Concat(Enumerable.Repeat("\u0301\u0316", 200_000)), // each second mark goes before the one before it
            string.Concat(Enumerable.Repeat(" \n", 200_000)),
            new('\uD83D', 200_000),
        ];
        foreach (var text in texts) tokenizer.Encode(text, options: new() { MaxLength = 512 }).Length.Should().BeLessThanOrEqualTo(512);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_code_point_is_read(string name)
    {
        var tokenizer = GoldenTokenizer.Open(name);
        // The planes that hold characters, and the end of the last.
        int[] points = [.. Enumerable.Range(0, 0x20000), .. Enumerable.Range(0xE0000, 0x200), .. Enumerable.Range(0x10FF00, 0x100)];
        foreach (var block in points.Chunk(0x4000))
        {
            var text = string.Concat(block.Where(Rune.IsValid).Select(value => new Rune(value).ToString()));
            CheckOffsets(tokenizer.Encode(text), text, "");
        }
    }

    [SkippableFact]
    public void Time_grows_with_the_length_alone()
    {
        Skip.IfNot(Fuzzer.IsLong, "A report to be read: set TRANSFERLEARNING_FUZZ.");
        foreach (string name in Names)
            foreach (
                var (kind, unit) in new[] { ("words", "The cat sat on the mat. "), ("one word", "abcdefghij"), ("marks", "\u0301\u0316"), ("joiners", "\U0001F469\u200D"), ("halves", "\uD83D") })
                output.WriteLine(
                    $"{name}, {kind}: {string.Join(", ", Enumerable.Range(6, 5).Select(power => Milliseconds(name, unit, 1024 << power)))}");

        static string Milliseconds(string name, string unit, int length)
        {
            var tokenizer = GoldenTokenizer.Open(name);
            var text = string.Concat(Enumerable.Repeat(unit, length / unit.Length));
            var start = Stopwatch.GetTimestamp();
            tokenizer.Encode(text);
            return FormattableString.Invariant($"{length >> 10}k in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        }
    }

    [Fact]
    public void A_lone_surrogate_counts_as_the_replacement_character()
    {
        var tokenizer = GoldenTokenizer.Open("gpt2");
        tokenizer.Encode("a\uD83Db").Ids.Should().Equal(tokenizer.Encode("a\uFFFDb").Ids);
        tokenizer.Encode("\uDE00\uD83D").Ids.Should().Equal(tokenizer.Encode("\uFFFD\uFFFD").Ids);
    }

    [Fact]
    public void Byte_level_tokens_give_back_every_text()
    {
        var tokenizer = GoldenTokenizer.Open("gpt2");
        var random = new Random(9);
        for (var i = 0; i < 500; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 20).Select(_ => RandomRune(random).ToString()));
            tokenizer.Decode(tokenizer.Encode(text).Ids, skipSpecialTokens: false).Should().Be(text);
        }
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        var tokenizer = GoldenTokenizer.Open("roberta");
        var expected = GoldenTokenizer.Strings.Select(text => tokenizer.Encode(text).Ids).ToArray();
        Parallel.For(0, 8, _ =>
        {
            foreach (var (i, text) in GoldenTokenizer.Strings.Index()) tokenizer.Encode(text).Ids.Should().Equal(expected[i]);
        });
    }

    private static void CheckOffsets(TextEncoding encoding, string text, string pair)
    {
        int[] last = [0, 0];
        for (var i = 0; i < encoding.Length; i++)
        {
            if (encoding.SequenceIds[i] < 0) continue;
            var length = encoding.SequenceIds[i] == 0 ? text.Length : pair.Length;
            var (start, end) = (encoding.Offsets[i].Start.Value, encoding.Offsets[i].End.Value);
            if (start > end || end > length || end < last[encoding.SequenceIds[i]])
                throw new InvalidOperationException(
                    $"Token {i} of '{text}' covers {start}..{end} of {length} after {last[encoding.SequenceIds[i]]}.");
            last[encoding.SequenceIds[i]] = end;
        }
    }

    private static string RandomText(Random random)
    {
        var golden = GoldenTokenizer.Strings[random.Next(GoldenTokenizer.Strings.Count)];
        return string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(9) switch
        {
            0 => ((char)random.Next(0x10000)).ToString(), // lone surrogates among them
            1 => ((char)random.Next(0x80)).ToString(),
            2 => ((char)random.Next(0xD800, 0xE000)).ToString(),
            3 when golden.Length > 0 => golden[random.Next(golden.Length)..],
            4 => string.Concat(Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(12))),
            5 => Pieces[random.Next(Pieces.Length)],
            _ => RandomRune(random).ToString(),
        }));
    }

    private static Rune RandomRune(Random random)
    {
        while (true)
            if (Rune.TryCreate(random.Next(random.Next(2) == 0 ? 0x3000 : 0x110000), out var rune)) return rune;
    }
}
