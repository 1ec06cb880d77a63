using System.Diagnostics;
using System.Text.Json;

namespace TransferLearning.Tool.Tests;

public sealed class TrainingTests(ToolRun tool) : IClassFixture<ToolRun>
{
    [Fact]
    public void A_run_writes_a_model_and_a_report_and_the_model_predicts()
    {
        var (exitCode, output, error) = tool.Run(
            "train", "--data", "photos", "--validation", "others", "--strategy", "head", "--epochs", "2", "--batch", "4", "--seed", "3", "--device", "cpu", "--output", "new/model.safetensors", "--report", "new/report");

        (exitCode, error).Should().Be((0, ""));
        output.Should().Contain("8 images to learn from, 4 to measure by, 2 classes").And.Contain("Epoch 2 of 2").And.Contain("Accuracy")
            .And.Contain("held-out");
        Directory.GetFileSystemEntries(tool["new"]).Select(Path.GetFileName).Should().BeEquivalentTo("model.safetensors", "report");
        Directory.GetFileSystemEntries(tool["new/report"]).Select(Path.GetFileName).Should().BeEquivalentTo(
            "report.json", "report.html", "learning-curves.png", "confusion.png", "reliability.png");
        CheckReport(tool["new/report/report.json"]);

        var image = Directory.GetFiles(tool["others/bag"])[0];
        var one = tool.Run("predict", "--model", "new/model.safetensors", image);
        one.ExitCode.Should().Be(0, one.Error);
        one.Output.TrimEnd().Should().MatchRegex(@"\t(bag|coat)\t[01]\.\d{4}$").And.StartWith(image);

        var all = tool.Run("predict", "--model", "new/model.safetensors", "others");
        var lines = all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(4).And.BeInAscendingOrder(StringComparer.Ordinal).And.OnlyContain(line => line.Count(c => c == '\t') == 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        foreach (var name in new[] { "first", "second" })
            tool.Run(
                "train", "--data", "photos", "--strategy", "head", "--epochs", "1", "--batch", "4", "--seed", "5", "--output", $"{name}.safetensors", "--report", name).ExitCode.Should().Be(0);
        tool.Run(
            "train", "--data", "photos", "--strategy", "head", "--epochs", "1", "--batch", "4", "--seed", "6", "--output", "other.safetensors", "--report", "other").ExitCode.Should().Be(0);

        var first = File.ReadAllBytes(tool["first.safetensors"]);
        first.AsSpan().SequenceEqual(File.ReadAllBytes(tool["second.safetensors"])).Should().BeTrue();
        first.AsSpan().SequenceEqual(File.ReadAllBytes(tool["other.safetensors"])).Should()
            .BeFalse("another seed splits and orders otherwise");
    }

    [Theory]
    [InlineData("full", "batch-norm statistics frozen")]
    [InlineData("gradual", "gradual unfreezing")]
    public void Every_layer_can_be_trained(string strategy, string description)
    {
        var (exitCode, _, error) = tool.Run(
            "train", "--data", "photos", "--strategy", strategy, "--epochs", "1", "--batch", "4", "--output", $"{strategy}/model.safetensors", "--report", strategy);

        (exitCode, error).Should().Be((0, ""));
        File.Exists(tool[$"{strategy}/model.safetensors"]).Should().BeTrue();
        using var report = JsonDocument.Parse(File.ReadAllBytes(tool[$"{strategy}/report.json"]));
        report.RootElement.GetProperty("epochs").GetArrayLength().Should().Be(1);
        report.RootElement.GetProperty("strategies").EnumerateArray().Select(e => e.GetString()).Should()
            .Contain(e => e!.StartsWith(description, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Ctrl_C_ends_with_130_and_leaves_no_output()
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are a matter of Unix.");
        using var process = tool.Start(
            "train", "--data", "photos", "--strategy", "head", "--epochs", "1000000", "--output", "stopped/model.safetensors", "--report", "stopped");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("Epoch 2 ", StringComparison.Ordinal)) { }

        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        process.ExitCode.Should().Be(130);
        output.Should().Contain("Stopped. ");
        process.StandardError.ReadToEnd().Should().BeEmpty();
        Directory.GetFileSystemEntries(tool["stopped"]).Should().BeEmpty();
    }

    [SkippableTheory]
    [InlineData("head")]
    [InlineData("full")]
    [InlineData("gradual")]
    public void A_run_that_was_stopped_goes_on_to_the_same_bytes(string strategy)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are a matter of Unix.");
        // Epochs of the head alone take milliseconds: enough of them for the signal to come in time.
        string[] settings = [
            "train", "--data", "photos", "--strategy", strategy, "--epochs", strategy == "head" ? "400" : "2", "--batch", "4"];
        tool.Run([.. settings, "--output", $"{strategy}-whole.safetensors", "--loader-threads", "0"]).ExitCode.Should().Be(0);

        string[] resumable = [
            .. settings, "--output", $"{strategy}-parts.safetensors", "--checkpoints", $"{strategy}-state", "--resume", "--loader-threads", "4"];
        using (var process = tool.Start(resumable))
        {
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("Epoch 2 ", StringComparison.Ordinal)) { }
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) kill.WaitForExit();
            process.StandardOutput.ReadToEnd().ReplaceLineEndings(" ").Should().Contain("resume to go on");
            process.WaitForExit();
            process.ExitCode.Should().Be(130);
        }
        var (exitCode, _, error) = tool.Run(resumable);
        (exitCode, error).Should().Be((0, ""));
        File.ReadAllBytes(tool[$"{strategy}-parts.safetensors"]).AsSpan()
            .SequenceEqual(File.ReadAllBytes(tool[$"{strategy}-whole.safetensors"])).Should().BeTrue();
    }

    [Fact]
    public void Two_runs_cannot_write_the_same_model()
    {
        using var claim = new FileStream(tool["claimed.safetensors.lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var (exitCode, _, error) = tool.Run("train", "--data", "photos", "--output", "claimed.safetensors");
        exitCode.Should().Be(2);
        error.Should().Contain("another run is to write it");
    }

    private static void CheckReport(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path));
        var report = file.RootElement;
        report.GetProperty("accuracy").GetDouble().Should().BeInRange(0, 1);
        var interval = report.GetProperty("accuracyInterval").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        interval.Should().HaveCount(2).And.BeInAscendingOrder().And.OnlyContain(bound => bound >= 0 && bound <= 1);
        report.GetProperty("accuracy").GetDouble().Should().BeInRange(interval[0], interval[1]);
        report.GetProperty("macroF1").GetDouble().Should().BeInRange(0, 1);

        var classes = report.GetProperty("classes").EnumerateArray().ToArray();
        classes.Select(e => e.GetProperty("name").GetString()).Should().Equal("bag", "coat");
        classes.Select(e => e.GetProperty("support").GetInt32()).Should().Equal(2, 2);
        foreach (var name in new[] { "precision", "recall", "f1" })
            classes.Select(e => e.GetProperty(name).GetDouble()).Should().OnlyContain(share => share >= 0 && share <= 1);
        report.GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Sum(e => e.GetInt32())).Should().Equal(2, 2);

        var epochs = report.GetProperty("epochs").EnumerateArray().ToArray();
        epochs.Select(e => e.GetProperty("epoch").GetInt32()).Should().Equal(1, 2);
        foreach (var name in new[] { "trainLoss", "validationLoss", "accuracy", "learningRate", "seconds" })
            epochs.Select(e => e.GetProperty(name).GetDouble()).Should().OnlyContain(value => value >= 0 && double.IsFinite(value), name);

        report.GetProperty("seconds").GetDouble().Should().BePositive();
        report.GetProperty("backbone").GetString().Should().Be("efficientnet_lite0");
        report.GetProperty("strategies").EnumerateArray().Select(e => e.GetString()).Should()
            .Equal("The head alone, as asked for.", "freeze backbone", "cosine decay");
        report.GetProperty("seed").GetInt64().Should().Be(3);
        report.GetProperty("versions").EnumerateObject().Select(e => e.Name).Should()
            .Contain(["transferLearning", "torchSharp", "libtorch", "dotnet"]);
    }
}
