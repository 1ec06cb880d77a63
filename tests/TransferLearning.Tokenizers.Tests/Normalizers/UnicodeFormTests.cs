using System.Text;

namespace TransferLearning.Tokenizers.Tests;

public class UnicodeFormTests
{
    [Theory]
    [InlineData(NormalizationForm.FormC)]
    [InlineData(NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormKC)]
    [InlineData(NormalizationForm.FormKD)]
    public void Every_character_after_every_kind_of_character_gives_what_the_form_is_of_the_whole(NormalizationForm form)
    {
        var normalizer = new UnicodeForm(form);
        using var text = new AlignedText();
        foreach (
            var rune in Enumerable.Range(0, 0x20000).Where(value => Rune.IsValid(value) && value != 0xFFFE).Select(value => new Rune(value)))
        {
            // A letter, a consonant of Hangul that takes a vowel, and half-width letters that take sound marks.
            var whole = $"e{rune}\u1100{rune}\uFF76{rune}";
            text.Load(whole, 0, whole.Length);
            normalizer.Normalize(text);
            if (!text.Chars.SequenceEqual(whole.Normalize(form)))
                text.Chars.ToString().Should().Be(whole.Normalize(form), $"of U+{rune.Value:X4}");
        }
    }

    [Fact]
    public void A_character_that_decomposes_to_itself_ends_its_sequence()
    {
        // U+FFBF is unassigned, among half-width letters that decompose.
        using var text = new AlignedText();
        text.Load("e\u0301\uFFBF\uFFBF", 0, 4);
        new UnicodeForm(NormalizationForm.FormKC).Normalize(text);
        text.Chars.ToString().Should().Be("\u00E9\uFFBF\uFFBF");
    }
}
