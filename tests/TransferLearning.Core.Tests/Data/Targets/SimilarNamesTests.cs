namespace TransferLearning.Core.Tests;

public class SimilarNamesTests
{
    [Theory]
    [InlineData("caf\u00e9", "cafe\u0301", "Unicode form")]
    [InlineData("Paris", "paris", "upper and lower case")]
    [InlineData("new york", "new\u00a0york", "spaces")]
    [InlineData("new york", " new  york", "spaces")]
    [InlineData("rose", "ro\u200bse", "cannot be seen")]
    [InlineData("Москва", "Mосква", "forms of letters (U+041C against U+004D in place 1)")]
    [InlineData("ＡＢＣ", "ABC", "forms of letters")]
    [InlineData("don't", "don’t", "forms of letters")]
    [InlineData("rose", "rose ", "(nothing against U+0020 in place 5)")]
    [InlineData("1", "1.0", "number")]
    [InlineData("-0.5", "-.50", "number")]
    public void Names_that_look_alike_are_found(string first, string second, string difference)
    {
        SimilarNames.Find(["other", first, second]).Should().Equal((first, second));
        SimilarNames.Warning(["other", first, second]).Should().Contain($"'{first}' and '{second}' differ in ").And.Contain(difference);
    }

    [Fact]
    public void Names_that_differ_for_a_reader_are_no_pairs()
    {
        SimilarNames.Find(["rose", "roses", "rosé", "1", "10", "1 0", "a-b", "a b", "\ud800", ""]).Should().BeEmpty();
        SimilarNames.Warning(["rose", "tulip"]).Should().BeNull();
    }

    [Theory]
    [InlineData("cafe\u0301", " 'caf\u00e9' and 'cafe\u0301' differ in their Unicode form (U+00E9 against U+0065 in place 4).")]
    [InlineData("ROSE", " 'rose' and 'ROSE' differ in upper and lower case.")]
    [InlineData("roses", " Did you mean 'rose'?")]
    [InlineData("zebra", "")]
    public void An_unknown_name_is_told_from_what_it_reads_like(string name, string hint) =>
        SimilarNames.Hint(name, ["caf\u00e9", "rose"]).Should().Be(hint);

    [Fact]
    public void Under_invariant_globalization_it_is_said_that_Unicode_forms_cannot_be_compared()
    {
        // The same as in the first line of Names_that_look_alike_are_found, in a process without globalization data.
        var answers = Runtime.ChildProcess.Run(
            AppContext.BaseDirectory, "alike", ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")).Split(Environment.NewLine);
        answers.Should().HaveCount(4);
        answers[..3].Should().AllSatisfy(answer => answer.Should().Contain("in another Unicode form cannot be told here"));
        answers[3].Should().Be(".", "no name has an accent of its own");
    }

    [Fact]
    public void Each_name_stands_with_the_first_of_its_likes() =>
        SimilarNames.Find(["A", "b", "a", "B", "A "]).Should().Equal(("A", "a"), ("A", "A "), ("b", "B"));
}
