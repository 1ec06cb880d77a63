namespace TransferLearning.Tool.Tests;

public sealed class ImageTableTests(ToolRun tool) : IClassFixture<ToolRun>
{
    [Fact]
    public void Classes_of_a_table_are_learnt_and_measured()
    {
        File.WriteAllLines(tool["labels.csv"], ["file,kind", .. Photos().Select(photo => $"{photo},{Path.GetDirectoryName(photo)![7..]}")]);
        var (exitCode, output, error) = tool.Run(
            "train", "--data", "labels.csv", "--task", "image", "--label", "kind", "--input-size", "96", "--epochs", "1", "--output", "classes.safetensors");
        (exitCode, error).Should().Be((0, ""));
        output.Should().Contain("2 classes");

        var measured = tool.Run("evaluate", "--model", "classes.safetensors", "--data", "labels.csv", "--label", "kind");
        measured.ExitCode.Should().Be(0, measured.Error);
        measured.Output.Should().Contain("ccuracy");
    }

    [Fact]
    public void Values_of_a_table_are_learnt_measured_and_predicted()
    {
        File.WriteAllLines(tool["values.csv"], ["file,price", .. Photos().Select((photo, i) => $"{photo},{i * 0.5}")]);
        var (exitCode, output, error) = tool.Run(
            "train", "--data", "values.csv", "--task", "image", "--values", "price", "--epochs", "1", "--output", "values.safetensors");
        (exitCode, error).Should().Be((0, ""));
        output.Should().Contain("1 values");

        tool.Run("evaluate", "--model", "values.safetensors", "--data", "values.csv").ExitCode.Should().Be(0);
        var one = tool.Run("predict", "--model", "values.safetensors", Photos()[0]);
        one.ExitCode.Should().Be(0, one.Error);
        one.Output.TrimEnd().Should().MatchRegex(@"\tprice\t-?\d+\.\d{4}$");
    }

    [Fact]
    public void A_fault_of_the_table_is_one_sentence_in_the_tools_words()
    {
        File.WriteAllLines(tool["faulty.csv"], ["file,kind", "none.png,a"]);
        var (exitCode, _, error) = tool.Run("train", "--data", "faulty.csv", "--task", "image", "--output", "faulty.safetensors");
        exitCode.Should().Be(2);
        error.Should().Contain("line 2: there is no file");
        tool.Run("train", "--data", "faulty.csv", "--task", "image", "--label", "sort", "--output", "faulty.safetensors").Error
            .Should().NotContain("ImageTableOptions");
    }

    private string[] Photos() =>
        [.. Directory.GetFiles(tool["photos"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(tool[""], file).Replace('\\', '/'))];
}
