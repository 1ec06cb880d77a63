using TransferLearning.TestKit;

namespace TransferLearning.Tests;

/// <summary>No case of tests/golden/training is forgotten.</summary>
public sealed class GoldenTrainingTests
{
    public static TheoryData<string> Files => [.. GoldenTraining.NotRun.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_not_run_is_there_and_once(string file) =>
        GoldenTraining.NotRun[file].SelectMany(entry => entry.Cases).Should()
            .BeSubsetOf(GoldenCase.Open($"training/{file}").Names).And.OnlyHaveUniqueItems();

    /// <summary>The cases of these have tests of their own.</summary>
    [Theory]
    [InlineData("loop_cnn")]
    [InlineData("peft")]
    public void What_is_run_is_named_by_a_test(string file)
    {
        var tests = string.Concat(Directory.GetFiles(
            Path.Combine(TestFiles.Repository, "tests", "TransferLearning.Core.Tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        GoldenCase.Open($"training/{file}").Names.Should().OnlyContain(name => tests.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_of_cases_is_known() =>
        Directory.GetFiles(TestFiles.Golden("training"), "*.json").Select(Path.GetFileNameWithoutExtension)
            .Except(["accumulation", "loop_bert", "loop_linear_probe"]).Should().BeEquivalentTo(
                GoldenTraining.NotRun.Keys, "the others hold one case each, which a test opens by the file's name");
}
