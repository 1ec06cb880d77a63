using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Data.Files;

/// <summary>Files whose texts have several labels, or values.</summary>
public sealed class TextRowsTests : IDisposable
{
    private static readonly TextFileOptions Bars = new() { LabelSeparator = "|" };
    private static readonly TextFileOptions Columns = new() { Labels = ["toxic", "insult"] };
    private static readonly TextFileOptions Scores = new() { Values = ["score"] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_column_holds_several_labels()
    {
        var data = Open("a.csv", "text,labels\nfirst,x| y\nsecond,\nthird,y\n", Bars);
        data.Targets.Names.Should().Equal("x", "y");
        Targets(data).Should().Equal(1, 1, 0, 0, 0, 1);
        data.Targets.Should().BeOfType<LabelTargets>();
    }

    [Fact]
    public void A_json_array_holds_several_labels_without_being_asked_for()
    {
        var data = Open(
            "a.jsonl", "{\"text\":\"first\",\"labels\":[\"x\",\"y, z\"]}\n{\"text\":\"second\",\"labels\":[]}\n{\"text\":\"third\",\"labels\":\"x\"}\n", new());
        data.Targets.Names.Should().Equal("x", "y, z");
        Targets(data).Should().Equal(1, 1, 0, 0, 1, 0);
    }

    [Theory]
    [InlineData("a.csv", "text,toxic,insult\nfirst,1,0\nsecond,0,1.0\n")]
    [InlineData("a.tsv", "insult\ttext\ttoxic\n0\tfirst\t1\n1\tsecond\t0\n")]
    [InlineData("a.jsonl", "{\"text\":\"first\",\"toxic\":true,\"insult\":false}\n{\"text\":\"second\",\"toxic\":0,\"insult\":1}\n")]
    public void Each_label_has_a_column(string name, string content)
    {
        var data = Open(name, content, Columns);
        data.Targets.Names.Should().Equal("toxic", "insult");
        Targets(data).Should().Equal(1, 0, 0, 1);
        data.Targets.Should().BeOfType<LabelTargets>();
    }

    [Theory]
    [InlineData("a.csv", "text,score\nfirst,-1.5\nsecond,2e3\n")]
    [InlineData("a.jsonl", "{\"text\":\"first\",\"score\":-1.5}\n{\"text\":\"second\",\"score\":\"2000\"}\n")]
    public void Values_are_numbers_in_columns(string name, string content)
    {
        var data = Open(name, content, Scores);
        data.Targets.Names.Should().Equal("score");
        Targets(data).Should().Equal(-1.5f, 2000);
        data.Targets.Should().BeOfType<ValueTargets>();
    }

    [Fact]
    public void Columns_can_be_counted_and_pairs_have_values()
    {
        var data = Open("a.tsv", "0.5\ta cat\ta dog\n1\tit rains\twater falls\n", new() { Text = "1", SecondText = "2", Values = ["0"] });
        data.Texts.Should().Equal("a cat", "it rains");
        Targets(data).Should().Equal(0.5f, 1);
        Open(
            "b.csv", "text,score\nfirst,1\nsecond,2\n", new() { Text = "0", Values = ["1"], Header = true }).Targets.Names.Should()
                .Equal("score");
    }

    [Theory]
    [InlineData("text,score\nfirst,1\nsecond,\"3,5\"\n", "line 3: the column 'score' holds '3,5', which is no number*")]
    [InlineData("text,score\nfirst,NaN\n", "line 2: the column 'score' holds 'NaN'*")]
    [InlineData("text,score\nfirst,1\nsecond,\n", "line 3: the text 'second' has no number in every column*EmptyLabels*")]
    [InlineData("text,scores\nfirst,1\n", "*no column 'score' for the values. Did you mean 'scores'?*TextFileOptions.Values*")]
    [InlineData("text,score\nfirst\n", "line 2: has 1 fields*")]
    public void A_bad_value_is_named_with_its_line(string content, string message) => Refuses("a.csv", content, Scores, message);

    [Fact]
    public void A_bad_label_is_named_with_its_line()
    {
        Refuses(
            "a.csv", "text,toxic,insult\nfirst,1,0\nsecond,yes,0\n", Columns, "line 3: the column 'toxic' holds 'yes', which is neither 0 nor 1*");
        Refuses("a.csv", "text,toxic\nfirst,1\n", Columns, "*no column 'insult' for the labels*TextFileOptions.Labels*");
        Refuses(
            "a.csv", "text,labels\nfirst,x|sports\n", Bars with { ClassNames = ["x", "sport"] }, "line 2: the class 'sports' is none of the known ones*Did you mean 'sport'?*");
        Refuses("a.csv", "text,labels\nfirst,\nsecond,|\n", Bars, "*None of the 2 rows has a label*");
        Refuses("a.jsonl", "{\"text\":\"a\",\"labels\":[\"x\"]}\n{\"text\":\"b\"}\n", new(), "line 2: the text 'b' has no class*");
    }

    [Fact]
    public void Rows_without_a_value_are_skipped_where_the_option_says_so()
    {
        var data = Open("a.csv", "text,score\nfirst,1\nsecond,\n", Scores with { EmptyLabels = ProblemHandling.Skip });
        data.Count.Should().Be(1);
        data.Skipped.Should().ContainSingle().Which.Place.Should().EndWith("line 3");
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Opening(new() { Label = "x", Values = ["score"] }).Should().Throw<ArgumentException>()
            .WithMessage("*Label and Values*one of them*");
        Opening(new() { LabelSeparator = "" }).Should().Throw<ArgumentException>().WithMessage("*LabelSeparator is empty*");
        Opening(new() { Labels = [] }).Should().Throw<ArgumentException>().WithMessage("*no column*");
        FluentActions.Invoking(() => TextFile.Open(_folder.Path, Scores)).Should().Throw<ArgumentException>()
            .WithMessage("*is a folder*for files*");

        Action Opening(TextFileOptions options) => () => Open("a.csv", "text,score\nfirst,1\n", options);
    }

    private TextDataset Open(string name, string content, TextFileOptions options) => TextFile.Open(_folder.Write(name, content), options);

    private void Refuses(string name, string content, TextFileOptions options, string message) =>
        FluentActions.Invoking(() => Open(name, content, options)).Should().Throw<TextFormatException>()
            .WithMessage($"'*{name}'*{message}");

    private static float[] Targets(TextDataset data)
    {
        using var batch = data.Prepare(TinyFolder.Spec).Load([.. Enumerable.Range(0, data.Count)], default);
        return batch.Target.Values.data<float>().ToArray();
    }
}
