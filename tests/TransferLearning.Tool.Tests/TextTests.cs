using System.Text.Json;

namespace TransferLearning.Tool.Tests;

public sealed class TextTests(ToolRun tool) : IClassFixture<ToolRun>
{
    [Theory]
    [InlineData("auto")]
    [InlineData("few-shot")]
    [InlineData("head")]
    [InlineData("full")]
    [InlineData("gradual")]
    public void A_run_writes_a_model_and_a_report_and_the_model_predicts(string strategy)
    {
        var model = $"{strategy}.safetensors";
        var (exitCode, output, error) = tool.Run(
            "train", "--data", "texts.csv", "--text", "body", "--label", "kind", "--validation", "other-texts.csv", "--strategy", strategy,
            "--epochs", "1", "--batch", "4", "--max-length", "40", "--seed", "3", "--device", "cpu", "--output", model);

        (exitCode, error).Should().Be((0, ""));
        output.Should().Contain("12 texts to learn from, 12 to measure by, 2 classes").And.Contain("Accuracy").And.Contain("held-out");
        using var report = JsonDocument.Parse(File.ReadAllBytes(tool[$"{strategy}/report.json"]));
        foreach (
            var field in new[] { "accuracy", "accuracyInterval", "macroF1", "classes", "confusion", "epochs", "seconds", "backbone", "strategies", "seed", "versions" })
            report.RootElement.TryGetProperty(field, out _).Should().BeTrue(field);
        report.RootElement.GetProperty("accuracy").GetDouble().Should().BeGreaterThan(0.7);

        var one = tool.Run("predict", "--model", model, "the third meal of the day");
        one.ExitCode.Should().Be(0, one.Error);
        one.Output.TrimEnd().Should().MatchRegex(@"^the third meal of the day\t(food|time)\t[01]\.\d{4}$");
    }

    [Fact]
    public void A_model_is_measured_inspected_compared_and_gives_vectors()
    {
        foreach (var name in new[] { "first", "second" })
            tool.Run(
                "train", "--data", "texts.csv", "--text", "body", "--label", "kind", "--output", $"{name}.safetensors").ExitCode.Should()
                    .Be(0);

        var measured = tool.Run(
            "evaluate", "--model", "first.safetensors", "--data", "other-texts.csv", "--text", "body", "--label", "kind");
        measured.ExitCode.Should().Be(0, measured.Error);
        measured.Output.Should().Contain("Accuracy").And.Contain("food").And.Contain("time");
        var demanding = tool.Run(
            "evaluate", "--model", "first.safetensors", "--data", "other-texts.csv", "--text", "body", "--label", "kind", "--at-least", "1.01");
        (demanding.ExitCode, demanding.Error.Contains("below 1.01", StringComparison.Ordinal)).Should().Be((1, true));

        tool.Run("inspect", "first.safetensors").Output.Should().Contain("all_minilm_l6_v2").And.Contain("food, time")
            .And.Contain("tensors");
        tool.Run("report", "first/report.json").Output.Should().Contain("Accuracy");
        tool.Run("report", "first/report.json", "second/report.json").Output.Should().Contain("accuracy").And.Contain("second/report.json");

        var vectors = tool.Run("embed", "--model", "first.safetensors", "a cake", "an hour");
        vectors.ExitCode.Should().Be(0, vectors.Error);
        var lines = vectors.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        lines.Select(line => line.GetProperty("input").GetString()).Should().Equal("a cake", "an hour");
        lines.Should().OnlyContain(line => line.GetProperty("vector").GetArrayLength() == 384);
    }

    [Fact]
    public void Several_labels_and_the_answer_of_every_label()
    {
        File.WriteAllLines(tool["tags.jsonl"], Enumerable.Range(0, 12).Select(i =>
            $$"""{"text": "{{(i % 2 == 0 ? "a cake to eat" : "an hour of the day")}} number {{i}}", "label": {{(i % 2 == 0 ? "[\"food\"]" : "[\"time\", \"day\"]")}}}"""));

        var (exitCode, output, error) = tool.Run("train", "--data", "tags.jsonl", "--output", "tags.safetensors");

        (exitCode, error).Should().Be((0, ""));
        output.Should().Contain("3 labels").And.Contain("Epoch 30 of 30").And.Contain("day ").And.Contain("Model: tags.safetensors");
        var answers = tool.Run("predict", "--model", "tags.safetensors", "--top", "3", "a slice of cake");
        answers.ExitCode.Should().Be(0, answers.Error);
        answers.Output.TrimEnd().Split('\t').Should().HaveCount(7);
    }
}
