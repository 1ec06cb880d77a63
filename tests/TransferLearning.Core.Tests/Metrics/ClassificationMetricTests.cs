using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

/// <summary>Measures against scikit-learn.</summary>
public sealed class ClassificationMetricTests
{
    private static readonly JsonElement[] Golden =
        [.. GoldenCase.Open("metrics/classification").Json.GetProperty("output").GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> Cases =>
        [.. Golden.Select(golden => golden.GetProperty("name").GetString()!).Where(name => name != "empty")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Measures_are_scikit_learns(string name)
    {
        var golden = Golden.Single(c => c.GetProperty("name").GetString() == name);
        var labels = Texts(golden.GetProperty("labels"));
        var metric = new ClassificationMetric().Start(labels);
        // In two batches, since nothing is averaged over batches.
        var pairs = Texts(golden.GetProperty("true")).Zip(Texts(golden.GetProperty("predicted"))).ToArray();
        foreach (var batch in new[] { pairs[..(pairs.Length / 3)], pairs[(pairs.Length / 3)..] }.Where(batch => batch.Length > 0))
            Add(metric, labels, batch);

        var result = (ClassificationResult)metric.Compute();
        var averages = golden.GetProperty("zero_division 0");
        result.Count.Should().Be(pairs.Length);
        result.Accuracy.Should().BeApproximately(golden.GetProperty("accuracy").GetDouble(), 1e-12);
        result.Values.Should().Equal(new MetricValue("accuracy", result.Accuracy), new MetricValue("macroF1", result.MacroF1));
        result.MacroF1.Should().BeApproximately(averages.GetProperty("macro")[2].GetDouble(), 1e-12);
        foreach (var (truth, row) in golden.GetProperty("confusion (row = true, column = predicted)").EnumerateArray().Index())
            Enumerable.Range(0, labels.Length).Select(answer => result.Confusion[truth, answer]).Should().Equal(row.Integers());
        foreach (
            var (measures, expected) in result.Classes.Zip(averages.GetProperty("per class [precision, recall, f1, "
                + "support]").EnumerateArray()))
            new[] { measures.Precision, measures.Recall, measures.F1, measures.Support }
                .Should().Equal(expected.Numbers(), (a, b) => Math.Abs(a - b) < 1e-12, measures.Name);
    }

    [Fact]
    public void Macro_F1_leaves_out_classes_that_neither_occur_nor_are_answered()
    {
        var metric = new ClassificationMetric().Start(["a", "b", "never"]);
        Add(metric, ["a", "b", "never"], [("a", "a"), ("b", "b")]);
        var result = (ClassificationResult)metric.Compute();
        result.MacroF1.Should().Be(1);
        result.Classes[2].Should().Be(new ClassMeasures("never", 0, 0, 0, 0));
    }

    [Fact]
    public void Calibration_is_the_share_of_right_answers_by_their_probability()
    {
        using var scope = NewDisposeScope();
        var metric = new ClassificationMetric().Start(["a", "b"]);
        // Probabilities of the first class: 0.95 twice, right and wrong; 0.65, right; 1, right.
        foreach (var (probability, truth) in new[] { (0.95, 0L), (0.95, 1), (0.65, 0), (1.0, 0) })
            metric.Add(tensor([Math.Log(probability), Math.Log(1 - probability)], [1, 2], ScalarType.Float32), tensor([truth]));

        var calibration = ((ClassificationResult)metric.Compute()).Calibration!;
        calibration.Bins.Select(bin => bin.Count).Should().Equal(0, 0, 0, 0, 0, 0, 1, 0, 0, 3);
        calibration.Bins[6].Confidence.Should().BeApproximately(0.65, 1e-6);
        calibration.Bins[9].Confidence.Should().BeApproximately(2.9 / 3, 1e-6);
        calibration.Bins[9].Accuracy.Should().BeApproximately(2.0 / 3, 1e-12);
        calibration.ExpectedCalibrationError.Should().BeApproximately((3 * 0.3 + 0.35) / 4, 1e-6);
    }

    [Fact]
    public void Of_nothing_there_is_no_calibration_error()
    {
        var calibration = ((ClassificationResult)new ClassificationMetric().Start(["a", "b"]).Compute()).Calibration!;
        calibration.ExpectedCalibrationError.Should().Be(double.NaN);
        calibration.Bins.Should().OnlyContain(bin => bin == new CalibrationBin(0, 0, 0));
    }

    [Fact]
    public void Of_equal_logits_the_first_class_is_the_answer()
    {
        using var scope = NewDisposeScope();
        var metric = new ClassificationMetric().Start(["a", "b", "c"]);
        metric.Add(tensor([0f, 1, 1], [1, 3]), tensor([2L]));
        ((ClassificationResult)metric.Compute()).Confusion.Entries.Should().Equal((2, 1, 1));
    }

    [Fact]
    public void Of_nothing_there_is_no_accuracy()
    {
        var result = (ClassificationResult)new ClassificationMetric().Start(["a", "b"]).Compute();
        result.Accuracy.Should().Be(double.NaN);
        result.AccuracyInterval.Should().Equal(0, 1);
    }

    [Fact]
    public void Intervals_are_Wilsons()
    {
        var proportions = GoldenCase.Open("metrics/statistics").Json.GetProperty("output").GetProperty("proportions").EnumerateArray();
        foreach (var golden in proportions.Where(p => p.GetProperty("level").GetDouble() == 0.95))
            ClassificationResult.WilsonInterval(golden.GetProperty("right").GetInt32(), golden.GetProperty("of").GetInt32())
                .Should().Equal(golden.GetProperty("wilson").Numbers(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    private static void Add(IMetricState metric, string[] labels, (string Truth, string Answer)[] pairs)
    {
        using var scope = NewDisposeScope();
        var answers = tensor(pairs.Select(pair => (long)Array.IndexOf(labels, pair.Answer)).ToArray());
        metric.Add(
            nn.functional.one_hot(answers, labels.Length).to(ScalarType.Float32), tensor(pairs.Select(pair => (long)Array.IndexOf(labels, pair.Truth)).ToArray()));
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(element => element.ToString())];
}
