using System.Text;
using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Data.Files;

public sealed class TextFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_csv_file_is_read_with_quotes_and_line_breaks_in_fields()
    {
        var data = TextFile.Open(_folder.Write("a.csv", "text,label\r\n\"Hello, \"\"you\"\"\r\nthere\",x\r\nplain,y\r\n"));

        data.Texts.Should().Equal("Hello, \"you\"\r\nthere", "plain");
        data.Targets.Names.Should().Equal("x", "y");
        ((ClassTargets)data.Targets).Indices.Should().Equal(0, 1);
    }

    [Theory]
    [InlineData("a.csv", "label;review\nx;one, two\ny;three\n", "one, two")]
    [InlineData("a.tsv", "Label\tSMS\nx\tsay \"hi\nx\t\"quoted\ny\tplain\n", "say \"hi")]
    [InlineData("a.tsv", "sentence\tlabel\n\"tab\there\"\tx\nplain\ty\n", "tab\there")]
    [InlineData("a.tsv", "one long text\t0\nanother\t1\na third\t0\nfourth\t1\n", "one long text")]
    [InlineData("a.tsv", "ham\tfirst text\nspam\tsecond\nham\tthird\nspam\tfourth\n", "first text")]
    [InlineData("a.csv", "phrase,verdict\nfirst,good\nsecond,bad\nthird,good\nfourth,bad\n", "first")]
    [InlineData("a.csv", "label|text\nx|one, two\ny|three, four\n", "one, two")]
    [InlineData("a.csv", "text;label\nhello, you, there;x\n\"one; two\";y\n", "hello, you, there")]
    [InlineData("a.csv", "text;label, or so;label\none;1;x\ntwo;2;y\n", "one")]
    [InlineData("a.csv", "sep=;\r\ntext;label\r\none, two;x\r\nthree;y\r\n", "one, two")]
    [InlineData("a.csv", "text,label\nhello,a\n   \n \t \r\nbye,b\n  ", "hello")]
    [InlineData("a.tsv", "text\tlabel\nhello\ta\n   \n \t \nbye\tb\n", "hello")]
    [InlineData("a.tsv", "text\tlabel\n\"open\tx\nplain\ty\n\"again\tx\n", "\"open")]
    [InlineData("a.jsonl", "{\"text\":\"a\u2028b\u0085c\",\"label\":1}\r\n{\"text\":\"d\",\"label\":2}\r\n", "a\u2028b\u0085c")]
    [InlineData("a.jsonl", "{\"text\":\"é\\n\",\"label\":1}\n\n{\"label\":true,\"text\":\"b\"}\n", "é\n")]
    public void Columns_and_separators_are_found(string name, string content, string firstText)
    {
        var data = TextFile.Open(_folder.Write(name, content));
        data.Texts[0].Should().Be(firstText);
        data.Targets.Names.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("a.csv.gz", "1F8B080000000000", "gzip")]
    [InlineData("a.csv", "1F8B080000000000", "gzip")]
    [InlineData("a.csv", "504B030414000600", "Excel*CSV")]
    [InlineData("a.jsonl", "28B52FFD04000000", "Zstandard")]
    [InlineData("a.tsv", "FD377A585A000004", "xz")]
    [InlineData("a.csv", "504152311504151C", "Parquet")]
    public void A_compressed_file_is_refused_by_its_format(string name, string bytes, string format) =>
        FluentActions.Invoking(() => TextFile.Open(_folder.Write(name, Convert.FromHexString(bytes)))).Should().Throw<TextFormatException>()
            .WithMessage($"*compressed*{format}*Unpack*").Which.Message.Should().NotContain("Latin1");

    [Fact]
    public void Columns_can_be_named_or_counted()
    {
        var file = _folder.Write("a.csv", "id,first,second,kind\n1,a b,c d,x\n2,e f,g h,y\n");
        TextFile.Open(file, new TextFileOptions { Text = "second", Label = "kind" }).Texts.Should().Equal("c d", "g h");
        TextFile.Open(file, new TextFileOptions { Text = "1", SecondText = "2", Label = "3", Header = true }).Texts.Should()
            .Equal("a b", "e f");
        TextFile.Open(
            _folder.Write("b.csv", "\"3\",\"one\"\n\"4\",\"two\"\n"), new TextFileOptions { Text = "1", Label = "0" })
                .Targets.Names.Should().Equal("3", "4");
        TextFile.Open(
            _folder.Write("c.csv", "1,one\n0,two\n"), new TextFileOptions { Text = "1", Label = "0" }).Texts.Should().Equal("one", "two");
        TextFile.Open(
            _folder.Write("d.csv", "Label,x\na,one\nb,two\n"), new TextFileOptions { Text = "1", Label = "0" }).Targets.Names.Should()
                .Equal("a", "b");
    }

    [Theory]
    [InlineData("a.csv", "text,label\na,x\n  ,y\n", null, "line 3: the text is empty*EmptyTexts*Skip*")]
    [InlineData("a.csv", "text,label\n\"a\n\nb\",x\nc,\n", null, "line 5: the text 'c' has no class*")]
    [InlineData("a.csv", "text,label\na,x\nb,x\n", null, "*All 2 rows are of the class 'x'*")]
    [InlineData("a.csv", "text,label\n\n\"a\n\nb\",x\n\nc,\n", null, "line 7: the text 'c' has no class*")]
    [InlineData("a.csv", "sep=;\ntext;label\na;x\nb;\n", null, "line 4: the text 'b' has no class*")]
    [InlineData("a.csv", "text,label\na,x\nb\n", null, "line 3: has 1 fields*")]
    [InlineData("a.csv", "text,label\na,x\nb,c,y\n", null, "line 3: has 3 fields where the first row has 2*quotation marks*")]
    [InlineData("a.csv", "text,label\n", null, "*no rows*")]
    [InlineData("a.csv", "", null, "*no rows*")]
    [InlineData("a.csv", "id,body,kind\n1,a,x\n", null, "*No column is named as a text usually is*'id', 'body', 'kind'*TextFileOptions.Text*")]
    [InlineData("a.csv", "text,label\na,x\nb,y\n", "labl", "*no column 'labl' for the label. Did you mean 'label'?*")]
    [InlineData("a.csv", "text,label\nsay \"hi\" there,x\n", null, "line 2: a quotation mark stands inside*")]
    [InlineData("a.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\n[1]\n", null, "line 2: is a JSON Array*")]
    [InlineData("a.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\n", null, "line 2: is no JSON object*")]
    [InlineData("a.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\n{\"label\":\"y\"}\n", null, "line 2: the text is empty*")]
    [InlineData("a.xlsx", "PK", null, "*'.xlsx' are not read*")]
    public void A_fault_is_named_with_its_line(string name, string content, string? label, string message)
    {
        var open = () => TextFile.Open(_folder.Write(name, content), new TextFileOptions { Label = label });
        open.Should().Throw<TextFormatException>().WithMessage($"'*{name}'*{message}");
    }

    [Fact]
    public void Rows_without_text_are_skipped_where_the_option_says_so()
    {
        var data = TextFile.Open(
            _folder.Write("a.csv", "text,label\na,x\n,y\nb,y\n"), new TextFileOptions { EmptyTexts = ProblemHandling.Skip });
        data.Count.Should().Be(2);
        data.Skipped.Should().ContainSingle().Which.Place.Should().EndWith("line 3");
    }

    [Fact]
    public void Fields_beyond_the_header_may_be_empty() =>
        TextFile.Open(_folder.Write("a.csv", "text,label\na,x,\nb,y, ,\n")).Texts.Should().Equal("a", "b");

    [Fact]
    public void A_first_row_is_a_header_only_where_its_class_alone_occurs_once()
    {
        var all = TextFile.Open(_folder.Write("a.csv", "first,good\nsecond,bad\nthird,bad\nfourth,so-so\n"));
        all.Texts.Should().HaveCount(4);
        all.Skipped.Should().BeEmpty();

        var file = _folder.Write("b.csv", "first,good\nsecond,bad\nthird,bad\nfourth,so-so\nfifth,so-so\n");
        TextFile.Open(file).Skipped.Should().ContainSingle().Which.Should()
            .Match<SkippedItem>(row => row.Place.EndsWith("b.csv, line 1") && row.Reason.Contains("Header to false"));
        TextFile.Open(file, new TextFileOptions { Header = false }).Texts.Should().HaveCount(5);
        TextFile.Open(file, new TextFileOptions { Header = true, Text = "first", Label = "good" }).Skipped.Should().BeEmpty();
    }

    [Fact]
    public void A_class_that_training_lacks_is_named()
    {
        var open = () => TextFile.Open(
            _folder.Write("a.csv", "text,label\na,kitten\nb,pupy\n"), new TextFileOptions { ClassNames = ["kitten", "puppy"] });
        open.Should().Throw<TextFormatException>().WithMessage("*line 3*'pupy'*kitten, puppy*Did you mean 'puppy'?*");
    }

    [Theory]
    [InlineData("new\u00a0york", "*'new york' and 'new\u00a0york' differ in spaces*(U+0020 against U+00A0 in place 4)*")]
    [InlineData("New York", "*'new york' and 'New York' differ in upper and lower case.*")]
    public void A_class_in_another_form_is_told_from_that_of_training(string label, string message)
    {
        var options = new TextFileOptions { ClassNames = ["new york", "rome"] };
        FluentActions.Invoking(() => TextFile.Open(_folder.Write("a.csv", $"text,label\na,rome\nb,{label}\n"), options))
            .Should().Throw<TextFormatException>().WithMessage(message);
        FluentActions.Invoking(() => TextFile.Open(_folder.Write("b.jsonl", $$"""{"text": "a", "labels": ["rome", "{{label}}"]}"""),
            options)).Should().Throw<TextFormatException>().WithMessage(message);
        FluentActions.Invoking(() => TextDataset.From([("a", "rome"), ("b", label)], options.ClassNames))
            .Should().Throw<ArgumentException>().WithMessage(message);
        FluentActions.Invoking(() => TokenDataset.OpenConll(_folder.Write("a.conll", $"x rome\ny {label.Replace(' ', '_')}\n"),
            ["new_york", "rome"])).Should().Throw<TextFormatException>();
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-8")]
    public void A_byte_order_mark_decides(string encoding)
    {
        var path = _folder.Write("a.csv", "text,label\né,x\nb,y\n", Encoding.GetEncoding(encoding));
        TextFile.Open(path).Texts[0].Should().Be("é");
    }

    [Fact]
    public void A_wrong_encoding_is_named_with_its_line_and_can_be_set()
    {
        var path = _folder.Write("a.csv", "text,label\nb,y\né,x\n", Encoding.Latin1);
        var open = () => TextFile.Open(path);
        open.Should().Throw<TextFormatException>().WithMessage("*line 3: the byte 0xE9*Encoding.Latin1*");
        TextFile.Open(path, new TextFileOptions { Encoding = Encoding.Latin1 }).Texts[1].Should().Be("é");

        _folder.Write("a.csv", "text,label\nb,y\nc,x\n", new UnicodeEncoding(false, false));
        open.Should().Throw<TextFormatException>().WithMessage("*UTF-16*");
    }

    [Fact]
    public void A_folder_per_class_is_read_in_order()
    {
        foreach (var (name, text) in new[] { ("b/2.txt", "two"), ("b/1.txt", "one"), ("a/x.txt", "three"), (".git/c.txt", "no") })
            _folder.Write(name, text);
        var data = TextFile.Open(_folder.Path);
        data.Targets.Names.Should().Equal("a", "b");
        data.Texts.Should().Equal("three", "one", "two");

        Directory.CreateDirectory(_folder.File("empty"));
        var open = () => TextFile.Open(_folder.Path);
        open.Should().Throw<ArgumentException>().WithMessage("*'empty' has no text file*");
    }

    [Fact]
    public void Texts_of_a_folder_are_known_by_their_ending_in_any_case()
    {
        foreach (var (name, text) in new[] { ("b/1.TXT", "one"), ("b/2.Txt", "two"), ("a/x.txt", "three") }) _folder.Write(name, text);
        TextFile.Open(_folder.Path).Texts.Should().Equal("three", "one", "two");
    }
}
