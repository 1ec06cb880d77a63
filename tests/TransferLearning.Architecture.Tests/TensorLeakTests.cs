using System.Text.RegularExpressions;
using TransferLearning.TestKit;

namespace TransferLearning.Architecture.Tests;

public partial class TensorLeakTests
{
    [Fact]
    public void Every_test_that_trains_or_predicts_is_watched_for_forgotten_tensors()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(TestFiles.Repository, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetFileName(path), Code: File.ReadAllText(path)))
            .Where(test => TrainsOrPredicts().IsMatch(test.Code)).ToList();
        tests.Should().HaveCountGreaterThan(20);
        tests.Where(test => !test.Code.Contains("[NoTensorLeaks", StringComparison.Ordinal)).Select(test => test.Name).Should().BeEmpty();
    }

    [GeneratedRegex(@"\.(Fit|FineTune|Evaluate|Predict|Score)\(")]
    private static partial Regex TrainsOrPredicts();
}
