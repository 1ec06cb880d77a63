namespace TransferLearning.Text.Tests.Data;

public sealed class WordSplitTests
{
    [Theory]
    [InlineData(WordSplit.Punctuation, "U.S. it's 東京 \ud800 x", "U|.|S|.|it|'|s|東|京|\ud800|x")]
    [InlineData(WordSplit.WhiteSpace, "U.S. it's\u00a0東京\t x ", "U.S.|it's|東京|x")]
    [InlineData(WordSplit.WhiteSpace, " ", "")]
    public void A_text_is_cut_where_the_rule_says(WordSplit split, string text, string words) =>
        string.Join('|', split.Cut(text).Select(range => text[range])).Should().Be(words);

    [Theory]
    [InlineData("PER", "PER")]
    [InlineData("O", "O")]
    [InlineData("B-PER", "I-PER")]
    [InlineData("I-PER", "I-PER")]
    [InlineData("S-PER", null)]
    [InlineData("E-PER", null)]
    public void What_follows_within_a_word_is_inside_of_its_span(string tag, string? next) => WordTag.Parse(tag).Inside.Should().Be(next);
}
