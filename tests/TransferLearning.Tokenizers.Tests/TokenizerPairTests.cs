using System.Text.Json;

namespace TransferLearning.Tokenizers.Tests;

public class TokenizerPairTests
{
    private static readonly Tokenizer MiniLM = GoldenTokenizer.Open("minilm");

    public static TheoryData<int> Cases { get; } =
        [.. GoldenTokenizer.Read("minilm/pairs.json").GetProperty("cases").EnumerateArray().Index().Where(c => c.Item.TryGetProperty("padding", out _)).Select(c => c.Index)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pairs_cuts_and_padding_are_those_of_the_reference(int index)
    {
        var golden = GoldenTokenizer.Read("minilm/pairs.json").GetProperty("cases")[index];
        var (text, pair) = Texts(golden.GetProperty("input"));
        var encoding = Padded(MiniLM.Encode(text, pair, Options(golden)), golden);

        var because = golden.GetProperty("case").GetString();
        encoding.Ids.Should().Equal(golden.GetProperty("ids").Integers(), because);
        encoding.Segments.Should().Equal(golden.GetProperty("type_ids").Integers(), because);
        encoding.Mask.Should().Equal(golden.GetProperty("attention_mask").Integers(), because);
        encoding.SpecialTokens.Should().Equal(golden.GetProperty("special_mask").Integers().Select(flag => flag == 1), because);
        encoding.SequenceIds.Should().Equal(OrMinusOne(golden.GetProperty("sequence_ids")), because);
        encoding.WordIds.Should().Equal(OrMinusOne(golden.GetProperty("word_ids")), because);
        encoding.Offsets.Should().Equal(golden.GetProperty("offsets").Ranges(new string(' ', 1000)), because);
        if (Options(golden).Stride is null || !golden.TryGetProperty("overflowing", out var overflow)) return;
        var windows = encoding.Overflow.Select(window => Padded(window, golden).Ids).ToArray();
        windows.Should().HaveCount(overflow.GetArrayLength(), because);
        foreach (var (ids, expected) in windows.Zip(overflow.EnumerateArray())) ids.Should().Equal(expected.Integers(), because);
    }

    [Fact]
    public void Words_given_one_by_one_keep_their_index_and_offsets()
    {
        var golden = GoldenTokenizer.Read("minilm/pairs.json").GetProperty("cases").EnumerateArray().Last();
        var encoding = MiniLM.Encode([.. golden.GetProperty("input").EnumerateArray().Select(word => word.GetString()!)]);
        encoding.Ids.Should().Equal(golden.GetProperty("ids").Integers());
        encoding.WordIds.Should().Equal(OrMinusOne(golden.GetProperty("word_ids")));
        encoding.Offsets.Should().Equal(golden.GetProperty("offsets").Ranges(new string(' ', 100)));
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("whisper")]
    [InlineData("llama3")]
    public void Families_frame_a_pair_each_in_its_way(string name)
    {
        var golden = GoldenTokenizer.Read("bpe2000/pairs.json");
        var (text, pair) = Texts(golden.GetProperty("texts"));
        var encoding = GoldenTokenizer.Open(name).Encode(text, pair);
        encoding.Ids.Should().Equal(golden.GetProperty(name)[0].Integers());
        encoding.Segments.Should().Equal(golden.GetProperty(name)[1].Integers());
    }

    [Fact]
    public void What_was_cut_is_counted()
    {
        MiniLM.Encode("one two three four", "five six", new() { MaxLength = 7 }).Truncated.Should().Be(2);
        MiniLM.Encode("one two three four").Truncated.Should().Be(0);
    }

    [Fact]
    public void The_other_text_gives_way_where_nothing_of_the_first_choice_is_left()
    {
        var options = new EncodingOptions { MaxLength = 5, Truncation = TruncationStrategy.OnlyFirst };
        MiniLM.Encode("one", "two three four five", options).Tokens.Should().Equal("[CLS]", "[SEP]", "two", "three", "[SEP]");
        MiniLM.Encode("one two three four", null, options with { Truncation = TruncationStrategy.OnlySecond }).Tokens
            .Should().Equal("[CLS]", "one", "two", "three", "[SEP]");
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(-1, null)]
    [InlineData(8, 8)]
    [InlineData(8, -1)]
    public void Options_that_make_no_sense_are_refused(int maxLength, int? stride)
    {
        var encode = () => MiniLM.Encode("one two", options: new() { MaxLength = maxLength, Stride = stride });
        encode.Should().Throw<ArgumentException>().WithMessage("*MaxLength*");
    }

    [Fact]
    public void Windows_over_both_texts_of_a_pair_are_made_one_at_a_time()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 20_000));
        var encoding = MiniLM.Encode(text, text, new() { MaxLength = 23, Stride = 0 });
        encoding.Overflow.Take(3).Should().OnlyContain(window => window.Length == 23); // of four million
    }

    private static TextEncoding Padded(TextEncoding encoding, JsonElement golden)
    {
        var padding = golden.GetProperty("padding");
        if (padding.ValueKind == JsonValueKind.Null) return encoding;
        return encoding.Pad(golden.GetProperty("ids").GetArrayLength(), Side(padding));
    }

    private static EncodingOptions Options(JsonElement golden)
    {
        var options = new EncodingOptions { AddSpecialTokens = golden.GetProperty("special_tokens").GetBoolean() };
        var cut = golden.GetProperty("truncation");
        if (cut.ValueKind == JsonValueKind.Null) return options;
        return options with
        {
            MaxLength = cut.GetProperty("max_length").GetInt32(),
            Stride = cut.TryGetProperty("stride", out var stride) ? stride.GetInt32() : 0,
            TruncationSide = Side(cut),
            Truncation = cut.TryGetProperty("strategy", out var strategy)
                ? Enum.Parse<TruncationStrategy>(strategy.GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)
                : TruncationStrategy.LongestFirst,
        };
    }

    private static TextSide Side(JsonElement settings) =>
        settings.TryGetProperty("direction", out var direction) && direction.GetString() == "left" ? TextSide.Left : TextSide.Right;

    private static (string, string?) Texts(JsonElement input) =>
        input.ValueKind == JsonValueKind.String ? (input.GetString()!, null) : (input[0].GetString()!, input[1].GetString());

    private static IEnumerable<int> OrMinusOne(JsonElement list) =>
        list.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? -1 : number.GetInt32());
}
