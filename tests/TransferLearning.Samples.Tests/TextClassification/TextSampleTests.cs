using TransferLearning.TestKit;

namespace TransferLearning.Samples.Tests.TextClassification;

/// <summary>The text sample on a few texts of one's own; on its own data the consumer check runs it.</summary>
public sealed class TextSampleTests : IDisposable
{
    private readonly SampleRun _sample = new("TextClassification");

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void It_learns_from_a_file_and_writes_model_and_report()
    {
        var rows = File.ReadAllLines(Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data", "train.csv"));
        File.WriteAllLines(_sample["mails.csv"], rows.Where((row, i) => i == 0
            || (row.EndsWith(",food", StringComparison.Ordinal) || row.EndsWith(",time", StringComparison.Ordinal)) && i % 4 == 0));

        var output = _sample.Run("mails.csv");

        output.Should().Contain("2 classes.").And.Contain("Accuracy").And.MatchRegex(@": (food|time) \d");
        Directory.GetFiles(_sample["output"]).Select(Path.GetFileName).Should().BeEquivalentTo("texts.safetensors", "texts.json");
        TrainingReport.Load(_sample["output/texts.json"]).Accuracy.Should().BeGreaterThan(0.6);
    }
}
