using System.Text;

namespace TransferLearning.Tokenizers.Tests;

public class RegexPatternTests
{
    [Fact]
    public void A_character_of_two_units_is_stood_in_for_by_one_of_its_category()
    {
        for (var value = 0x10000; value < 0x110000; value += 7)
        {
            var rune = new Rune(value);
            Rune.GetUnicodeCategory(new Rune(RegexPattern.StandIn(rune))).Should()
                .Be(Rune.GetUnicodeCategory(rune), "U+{0:X} stands in", value);
        }
    }

    [Theory]
    [InlineData(@"\p{L}+", "x\U0001D49C\U0001D4C1 1", "0..5")]
    [InlineData(@".", "a😀b", "0..1 1..3 3..4")]
    [InlineData(@"a*+b?", "aab", "0..3 3..3")] // possessive
    [InlineData(@"[^\r\n]?+x", "x", "")] // gives nothing back
    [InlineData(@"(?i:'S)", "it's", "2..4")]
    [InlineData(@"\w+", "a½①_b", "0..2 3..5")]
    [InlineData(@"[^\w]", "a½", "1..2")]
    [InlineData(@"\x{2581}|\h", "▁g0", "0..1 2..3")]
    [InlineData(@"\b", "a b", "0..0 1..1 2..2 3..3")]
    [InlineData(@"a{,2}", "aaa", "0..2 2..3 3..3")]
    public void A_pattern_means_what_it_means_in_Oniguruma(string pattern, string text, string expected)
    {
        List<(int Start, int End)> matches = [];
        new RegexPattern(pattern).Find(text, matches);
        string.Join(' ', matches.Select(m => $"{m.Start}..{m.End}")).Should().Be(expected);
    }

    [Theory]
    [InlineData("[a[b]]")]
    [InlineData("[a&&b]")]
    [InlineData("[]")]
    [InlineData("[a")]
    [InlineData("a)")]
    [InlineData("(a")]
    [InlineData(@"\R")]
    [InlineData(@"\p{Nonsense}")]
    [InlineData(@"\x{1F600}")]
    [InlineData("[😀]")]
    [InlineData(@"\")]
    public void What_has_no_counterpart_is_refused(string pattern)
    {
        var create = () => new RegexPattern(pattern);
        create.Should().Throw<ArgumentException>();
    }
}
