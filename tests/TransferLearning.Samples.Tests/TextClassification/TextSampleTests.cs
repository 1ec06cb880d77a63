using System.Diagnostics;
using System.Text.Json;
using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.TextClassification;

/// <summary>The text sample as a user runs it.</summary>
public sealed class TextSampleTests : IDisposable
{
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "TextClassification", new DirectoryInfo(AppContext.BaseDirectory).Name, "TextClassification.dll");

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public TextSampleTests()
    {
        var rows = File.ReadAllLines(Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data", "train.csv"));
        string[] few = [.. rows.Skip(1).Where(row => row.EndsWith(",food", StringComparison.Ordinal) || row.EndsWith(",time", StringComparison.Ordinal))];
        File.WriteAllLines(Path.Combine(_folder, "texts.csv"), ["body,kind", .. few.Where((_, i) => i % 10 == 0)]);
        File.WriteAllLines(Path.Combine(_folder, "others.csv"), ["body,kind", .. few.Where((_, i) => i % 10 == 5)]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("auto")]
    [InlineData("few-shot")]
    [InlineData("head")]
    [InlineData("full")]
    [InlineData("gradual")]
    public void A_run_writes_a_model_and_a_report_and_the_model_predicts(string strategy)
    {
        var (exitCode, output, error) = Run(
            "--data", "texts.csv", "--text", "body", "--label", "kind", "--validation", "others.csv", "--strategy", strategy, "--epochs", "1",
            "--batch", "4", "--max-length", "40", "--seed", "3", "--device", "cpu", "--output", "new/model.safetensors", "--report", "new/report");

        (exitCode, error).Should().Be((0, ""));
        output.Should().Contain("12 texts to learn from, 12 to measure by, 2 classes").And.Contain("Accuracy").And.Contain("held-out");
        using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "new", "report", "report.json")));
        foreach (var field in new[] { "accuracy", "accuracyInterval", "macroF1", "classes", "confusion", "epochs", "seconds", "backbone", "strategies", "seed", "versions" })
            report.RootElement.TryGetProperty(field, out _).Should().BeTrue(field);
        report.RootElement.GetProperty("accuracy").GetDouble().Should().BeGreaterThan(0.7);
        report.RootElement.GetProperty("strategies")[0].GetString().Should().EndWith(strategy == "auto" ? "since there are 6 examples a class." : "as asked for.");

        var one = Run("--predict", "the third meal of the day", "--model", "new/model.safetensors");
        one.ExitCode.Should().Be(0, one.Error);
        one.Output.TrimEnd().Should().MatchRegex(@"^the third meal of the day\t(food|time)\t[01]\.\d{4}$");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        foreach (var name in new[] { "first", "second" })
            Run("--data", "texts.csv", "--text", "body", "--label", "kind", "--strategy", "full", "--epochs", "1", "--batch", "4", "--seed", "5", "--output", $"{name}.safetensors", "--report", name).ExitCode.Should().Be(0);
        File.ReadAllBytes(Path.Combine(_folder, "first.safetensors")).AsSpan()
            .SequenceEqual(File.ReadAllBytes(Path.Combine(_folder, "second.safetensors"))).Should().BeTrue();
    }

    [Theory]
    [InlineData("no file 'none.csv'", "--data", "none.csv")]
    [InlineData("no column 'txt'", "--data", "texts.csv", "--text", "txt", "--label", "kind")]
    [InlineData("--model FILE", "--predict", "a text")]
    [InlineData("'0' does not fit --epochs", "--epochs", "0")]
    [InlineData("no text backbone 'bert-bse-uncased'", "--data", "texts.csv", "--text", "body", "--label", "kind", "--backbone", "bert-bse-uncased")]
    public void Bad_usage_ends_with_2_and_one_sentence(string message, params string[] arguments)
    {
        var (exitCode, _, error) = Run(arguments);
        exitCode.Should().Be(2);
        error.Trim().Should().Contain(message).And.NotContain("\n").And.NotContain("   at ");
    }

    private (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Program, .. arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Of many small runs on a busy machine each is slow where its threads wait for one another.
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
