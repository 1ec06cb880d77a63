namespace TransferLearning.Vision.Tests;

public sealed class ImageTableTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("table").FullName;

    public ImageTableTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "photos"));
        foreach (var name in new[] { "a", "b", "c" }) File.WriteAllBytes(Path.Combine(_root, "photos", $"{name}.png"), []);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("path,label\nphotos/a.png,x\nphotos/b.png,y\n")]
    [InlineData("id;Label;Path\r\n\r\n1;x;\"photos/a.png\"\r\n2; y ;photos/b.png\r\n")]
    [InlineData("﻿label\tfile\nx\tphotos/a.png\ny\tphotos/b.png")]
    public void A_class_a_row_with_paths_beside_the_table(string table)
    {
        var data = ImageTable.Open(Write(table));
        data.Names.Should().Equal(Path.Combine(_root, "photos/a.png"), Path.Combine(_root, "photos/b.png"));
        data.ClassNames.Should().Equal("x", "y");
        data.Targets.Should().BeOfType<ClassTargets>().Which.Indices.Should().Equal(0, 1);
    }

    [Fact]
    public void Several_labels_stand_in_one_column_or_in_one_each()
    {
        var listed = ImageTable.Open(Write("path,label\nphotos/a.png,red | round\nphotos/b.png,\nphotos/c.png,red\n"), new() { LabelSeparator = "|" });
        var flagged = ImageTable.Open(
            Write("path,red,round\nphotos/a.png,1,1\nphotos/b.png,0,0\nphotos/c.png,1,0\n"), new() { Labels = ["red", "round"] });
        foreach (var data in new[] { listed, flagged })
        {
            data.ClassNames.Should().Equal("red", "round");
            data.Targets.Should().BeOfType<LabelTargets>().Which.Indices.Should().BeEquivalentTo(new[] { new[] { 0, 1 }, [], [0] });
        }
    }

    [Fact]
    public void Values_keep_the_names_of_their_columns()
    {
        var data = ImageTable.Open(Write("path,Age,weight\nphotos/a.png,1.5,-2\nphotos/b.png,1e2,0\n"), new() { Values = ["weight", "age"] });
        data.ClassNames.Should().Equal("weight", "Age");
        data.Targets.Should().BeOfType<ValueTargets>().Which.Rows.Should().BeEquivalentTo(new[] { new[] { -2f, 1.5f }, [0f, 100f] });
    }

    [Fact]
    public void A_column_gives_the_groups()
    {
        var path = Write("path,label,patient\nphotos/a.png,x,1\nphotos/b.png,y,2\nphotos/c.png,x,1\n");
        ImageTable.Column(path, "patient").Should().Equal("1", "2", "1");
        var (first, second) = ImageTable.Open(path).SplitByGroup(0.6, ImageTable.Column(path, "patient"));
        (first.Count, second.Count).Should().Be((2, 1));
    }

    [Theory]
    [InlineData("path,label\nphotos/a.png,x\nphotos/none.png,y\n", "*labels.csv', line 3: there is no file*none.png'; 1 of 2 rows*")]
    [InlineData("path,label\nphotos/a.png,x\n ,y\n", "*line 3: the path is empty*")]
    [InlineData("path,label\nphotos/a.png,x\nphotos/b.png, \n", "*line 3: the column 'label' is empty*")]
    [InlineData("path,label\nphotos/a.png,x\nphotos/b.png\n", "*line 3: has 1 fields where the first row has 2*")]
    [InlineData("path,label\nphotos/a.png,x\npho\"tos/b.png,y\n", "*line 3: a quotation mark*")]
    [InlineData("path,label\n", "*no rows*")]
    [InlineData("", "*no rows*")]
    [InlineData("image_url,label\nphotos/a.png,x\n", "*no column 'path' or*among 'image_url', 'label'*ImageTableOptions.Path*")]
    [InlineData("path,kind\nphotos/a.png,x\n", "*no column 'label' or*ImageTableOptions.Label*")]
    [InlineData("path,label\nphotos/a.png,x\nphotos/b.png,x\n", "*all 2 images are of the class 'x'*")]
    public void What_cannot_be_an_example_is_named_by_its_line(string table, string message) =>
        FluentActions.Invoking(() => ImageTable.Open(Write(table))).Should().Throw<Exception>().WithMessage(message)
            .Which.Should().Match(error => error is InvalidDataException || error is FileNotFoundException);

    [Fact]
    public void Numbers_that_are_none_are_named_by_their_line()
    {
        var path = Write("path,age\nphotos/a.png,1\nphotos/b.png,old\n");
        Refused<InvalidDataException>(path, new() { Values = ["age"] }, "*line 3: the column 'age' holds 'old', which is no number*");
        Refused<InvalidDataException>(path, new() { Labels = ["age"] }, "*line 3: the column 'age' holds 'old', which is neither 0 nor 1*");
        Refused<InvalidDataException>(path, new() { Values = ["agee"] }, "*no column 'agee'*Did you mean 'age'?*");
    }

    [Fact]
    public void Contradicting_options_unknown_classes_and_other_files_are_refused()
    {
        var path = Write("path,label\nphotos/a.png,x\nphotos/b.png,y\n");
        Refused<ArgumentException>(path, new() { Label = "label", Values = ["label"] }, "*Label and Values*");
        Refused<ArgumentException>(path, new() { LabelSeparator = "" }, "*LabelSeparator is empty*");
        Refused<ArgumentException>(path, new() { Labels = [] }, "*no column*");
        Refused<ArgumentException>(path, new() { ClassNames = ["x", "z"] }, "*labels.csv', line 3: the image is of class 'y'*");
        File.WriteAllBytes(path, [0xFF, 0xD8, 0xFF, 0xE0]);
        Refused<InvalidDataException>(path, new(), "*no text in UTF-8*");
        Refused<FileNotFoundException>(path + "x", new(), "*no file*");
    }

    private string Write(string table)
    {
        var path = Path.Combine(_root, "labels.csv");
        File.WriteAllText(path, table);
        return path;
    }

    private static void Refused<T>(string path, ImageTableOptions options, string message) where T : Exception =>
        FluentActions.Invoking(() => ImageTable.Open(path, options)).Should().Throw<T>().WithMessage(message);
}
