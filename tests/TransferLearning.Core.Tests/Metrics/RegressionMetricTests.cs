using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

/// <summary>Measures against scikit-learn and SciPy.</summary>
public sealed class RegressionMetricTests
{
    private static readonly JsonElement[] Golden = [.. GoldenCase.Open("metrics/regression").Json.GetProperty("output").EnumerateArray()];

    public static TheoryData<string> Cases =>
        [.. Golden.Select(golden => golden.GetProperty("name").GetString()!).Where(name => name != "empty")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Measures_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Single(c => c.GetProperty("name").GetString() == name);
        var (values, targets) = (golden.GetProperty("predicted").Floats(), golden.GetProperty("true").Floats());
        var metric = new RegressionMetric().Start(["value"]);
        metric.Add(tensor(values, [values.Length, 1])[..1], tensor(targets)[..1]);
        if (values.Length > 1) metric.Add(tensor(values, [values.Length, 1])[1..], tensor(targets)[1..]);

        var result = (RegressionResult)metric.Compute();
        // The inputs are in single precision.
        Near(result.RootMeanSquaredError, golden.GetProperty("rmse").Number());
        Near(result.MeanAbsoluteError, golden.GetProperty("mae").Number());
        Near(result.R2, golden.GetProperty("r2").Number());
        Near(result.Pearson, Correlation("pearson [r, p]"));
        Near(result.Spearman, Correlation("spearman [rho, p]"));
        result.Values[0].Should().Be(new MetricValue("r2", result.R2));
        result.Values.Where(value => value.LowerIsBetter).Select(value => value.Name).Should()
            .Equal("rootMeanSquaredError", "meanAbsoluteError");

        // Of one example SciPy's pearson is an exception.
        double Correlation(string field) =>
            golden.GetProperty(field) is { ValueKind: JsonValueKind.Array } pair ? pair[0].Number() : double.NaN;

        static void Near(double actual, double expected) =>
            (actual.Equals(expected) || Math.Abs(actual - expected) < 1e-6).Should().BeTrue($"{actual} should be {expected}");
    }

    [Fact]
    public void Of_several_outputs_it_is_the_mean()
    {
        using var scope = NewDisposeScope();
        var metric = new RegressionMetric().Start(["x", "y"]);
        metric.Add(tensor([1f, 0, 2, 0], [2, 2]), tensor([1f, 3, 2, 5], [2, 2]));
        var result = (RegressionResult)metric.Compute();
        result.MeanAbsoluteError.Should().Be((0 + 4) / 2.0);
        result.RootMeanSquaredError.Should().BeApproximately(Math.Sqrt((9 + 25) / 2.0) / 2, 1e-12);
    }

    [Fact]
    public void Of_nothing_there_are_no_measures() =>
        ((RegressionResult)new RegressionMetric().Start(["value"]).Compute()).RootMeanSquaredError.Should().Be(double.NaN);
}
