using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

/// <summary>Measures against scikit-learn.</summary>
public sealed class MultiLabelMetricTests
{
    private static readonly JsonElement Golden = GoldenCase.Open("metrics/multilabel").Json.GetProperty("output");

    [Theory]
    [InlineData("six samples, four labels")]
    [InlineData("a label that never occurs")]
    [InlineData("nothing true, nothing predicted")]
    public void Measures_are_scikit_learns(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var result = Evaluate(Matrix(golden.GetProperty("predicted")) * 2 - 1, Matrix(golden.GetProperty("true")));

        result.MicroF1.Should().BeApproximately(
            golden.GetProperty("micro, zero_division 0 [precision, recall, f1, jaccard]")[2].GetDouble(), 1e-10);
        result.MacroF1.Should().BeApproximately(
            golden.GetProperty("macro, zero_division 0 [precision, recall, f1, jaccard]")[2].GetDouble(), 1e-10);
        result.SubsetAccuracy.Should().BeApproximately(golden.GetProperty("subset accuracy").GetDouble(), 1e-10);
        foreach (
            var (measures, counts) in result.Classes.Zip(golden.GetProperty("per label [tn, fp, fn, "
                + "tp]").EnumerateArray().Select(label => label.Integers())))
            measures.Support.Should().Be(counts[2] + counts[3], measures.Name);
        result.Values[0].Should().Be(new MetricValue("microF1", result.MicroF1));
    }

    [Fact]
    public void Average_precision_is_scikit_learns()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.GetProperty("ranking of the first case");
        Evaluate(Formula.Input(golden.GetProperty("scores")), Matrix(golden.GetProperty("true"))).MeanAveragePrecision
            .Should().BeApproximately(golden.GetProperty("average_precision macro (mAP)").GetDouble(), 1e-10);
    }

    [Fact]
    public void Equal_scores_are_answered_together_and_labels_that_do_not_occur_are_left_out()
    {
        using var scope = NewDisposeScope();
        // scikit-learn's "binary with ties", beside a label that no example has.
        float[] scores = [0.1f, 0.4f, 0.35f, 0.8f, 0.4f, 0.4f, 0.2f, 0.9f, 0.2f, 0.35f, 0.8f, 0.8f];
        float[] truth = [0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1];
        var result = Evaluate(stack([tensor(scores), zeros(12)], 1), stack([tensor(truth), zeros(12)], 1));
        result.MeanAveragePrecision.Should().BeApproximately(0.6954064454064454, 1e-10);
        Evaluate(zeros(2, 1), zeros(2, 1)).MeanAveragePrecision.Should().Be(double.NaN);
    }

    private static MultiLabelResult Evaluate(Tensor logits, Tensor truth)
    {
        var metric = new MultiLabelMetric().Start([.. Enumerable.Range(0, (int)truth.shape[1]).Select(k => $"label {k}")]);
        // In two batches, since nothing is averaged over batches.
        metric.Add(logits[..1], truth[..1]);
        metric.Add(logits[1..], truth[1..]);
        return (MultiLabelResult)metric.Compute();
    }

    [Fact]
    public void Equal_scores_are_answered_together_and_NaN_comes_last()
    {
        using var scope = NewDisposeScope();
        // Of label 0: 2 right of 3 answers of 1 or more, then all 3 of 5. Label 1 never occurs.
        var scores = tensor([1f, 0, 1, 5, 2, -1, 0, 7, float.NaN, 3], [5, 2]);
        var truth = tensor([1f, 0, 0, 0, 1, 0, 0, 0, 1, 0], [5, 2]);
        Evaluate(scores, truth).MeanAveragePrecision.Should().BeApproximately((1 * 1 + 1 * (2.0 / 3) + 1 * (3.0 / 5)) / 3, 1e-12);
    }

    [Fact]
    public void Twenty_thousand_labels_are_measured_by_those_that_occur()
    {
        using var scope = NewDisposeScope();
        var scores = Formula.Input("scores", [200, 20_000], -1, 1);
        var truth = zeros(200, 20_000);
        foreach (var label in (int[])[0, 7, 19_999]) truth[..50, label] = ones(50);
        var few = tensor([0L, 7, 19_999]);

        var result = Evaluate(scores, truth);

        result.MeanAveragePrecision.Should().BeApproximately(
            Evaluate(scores.index_select(1, few), truth.index_select(1, few)).MeanAveragePrecision, 1e-12);
        result.Classes.Should().HaveCount(20_000).And.Subject.Count(label => label.Support == 50).Should().Be(3);
    }

    private static Tensor Matrix(JsonElement rows) =>
        tensor(rows.EnumerateArray().SelectMany(row => row.Floats()).ToArray()).view(rows.GetArrayLength(), -1);
}
