using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Metrics;

public sealed class EvaluationTests
{
    private static readonly Evaluation Measured = new()
    {
        Count = 3, Loss = 0.5, Results = [
            new NumbersResult("own", new("speed", 7), new("delay", double.NaN, LowerIsBetter: true)), Classified()],
    };

    [Fact]
    public void Every_number_has_a_name()
    {
        Measured.Values.Select(value => value.Name).Should().Equal("speed", "delay", "accuracy", "macroF1", "loss");
        Measured.Primary.Should().Be(new MetricValue("speed", 7));
        (Measured["accuracy"], Measured["loss"], Measured.Accuracy).Should().Be((2.0 / 3, 0.5, 2.0 / 3));
        Measured.Find("loss").LowerIsBetter.Should().BeTrue();
        (Measured.Result<MultiLabelResult>(), Measured.Result<RegressionResult>()).Should().Be((null, null));
        Measured.Invoking(it => it["acuracy"]).Should().Throw<KeyNotFoundException>()
            .WithMessage(
                "Nothing of the name 'acuracy' is measured. Did you mean 'accuracy'? There are: speed, delay, accuracy, macroF1, loss.");
        new Evaluation { Count = 1, Loss = 2 }.Primary.Should().Be(new MetricValue("loss", 2, LowerIsBetter: true));
    }

    [Fact]
    public void Compared_by_any_number_less_is_better_and_NaN_is_worst()
    {
        (Measured.Cost("speed"), Measured.Cost("loss"), Measured.Cost("delay")).Should().Be((-7, 0.5, double.PositiveInfinity));
    }

    [Fact]
    public void Printed_it_is_a_table_the_interval_and_the_classes_that_are_taken_for_others()
    {
        using var _ = new UnderCulture("de-DE");
        var result = ClassificationResult.Of(
            new ConfusionMatrix(2, new Dictionary<(int, int), int> { [(0, 0)] = 6, [(0, 1)] = 3, [(1, 1)] = 1 }), ["ham", "spam"]);
        new Evaluation { Count = 10, Loss = 0.25, Results = [result] }.ToString().Split(Environment.NewLine).Should().Equal(
            "class  precision  recall     F1  examples",
            "ham        1.000   0.667  0.800         9",
            "spam       0.250   1.000  0.400         1",
            "Accuracy 0.700 (95 % interval 0.397 to 0.892), macro F1 0.600, loss 0.250.",
            "Taken for another, most often: ham for spam 3.",
            "");
        new Evaluation { Count = 1, Loss = 2 }.ToString().Should().Be($"loss 2.000.{Environment.NewLine}");
    }

    [Fact]
    public void It_comes_back_from_a_file_a_metric_of_ones_own_as_its_numbers()
    {
        var json = MetricJson.Write(Measured).ToJsonString();
        var read = MetricJson.Read(JsonNode.Parse(json));
        read.Values.Should().Equal(Measured.Values);
        read.Results[0].Should().BeOfType<NumbersResult>().Which.Kind.Should().Be("own");
        read.Classification!.Classes.Should().Equal(Measured.Classification!.Classes);
        read.Classification.Confusion.Entries.Should().Equal(Measured.Classification.Confusion.Entries);
        MetricJson.Write(read).ToJsonString().Should().Be(json);
    }

    [Theory]
    [InlineData("""null""")]
    [InlineData("""[]""")]
    [InlineData("""{"count":1}""")]
    [InlineData("""{"count":1,"loss":"much","results":[]}""")]
    [InlineData("""{"count":1,"loss":1,"results":[{"kind":"classification"}]}""")]
    [InlineData("""{"count":1,"loss":1,"results":[{"kind":"own","speed":[1]}]}""")]
    [InlineData("""{"count":9999999999,"loss":1,"results":[]}""")]
    public void What_is_none_is_refused(string json) =>
        FluentActions.Invoking(() => MetricJson.Read(JsonNode.Parse(json))).Should().Throw<JsonException>();

    [Fact]
    public void A_confusion_of_many_or_unnamed_classes_takes_room_for_the_pairs_that_occur()
    {
        var counts = new Dictionary<(int, int), int> { [(5, 70_000)] = 2, [(70_000, 5)] = 1 };
        foreach (var classes in new[] { 0, 100_000 })
        {
            var confusion = new ConfusionMatrix(classes, counts);
            confusion.ToJson().ToJsonString().Should().Be("[[5,70000,2],[70000,5,1]]");
            ConfusionMatrix.Read(confusion.ToJson(), classes).Entries.Should().Equal((5, 70_000, 2), (70_000, 5, 1));
            (confusion[5, 70_000], confusion[0, 0]).Should().Be((2, 0));
        }
        FluentActions.Invoking(() => ConfusionMatrix.Read([], 2)).Should().Throw<JsonException>()
            .WithMessage("*0 rows is not one of 2 classes*");
    }

    [Fact]
    public void Words_are_measured_without_those_that_are_ignored()
    {
        using var scope = NewDisposeScope();
        var metric = new ClassificationMetric().Start([]);
        var logits = nn.functional.one_hot(tensor([0L, 1, 2, 0, 0, 0], [2, 3]), 3).to_type(ScalarType.Float32);
        metric.Add(logits, tensor([0L, 2, RaggedTargets.Ignored, 0, RaggedTargets.Ignored, RaggedTargets.Ignored], [2, 3]));
        var result = (ClassificationResult)metric.Compute();
        (result.Count, result.Accuracy, result.Classes.Count).Should().Be((3, 2.0 / 3, 0));
        result.Confusion.Entries.Should().Equal((0, 0, 2), (2, 1, 1));
    }

    [Fact]
    public void Of_a_soft_target_the_likeliest_class_is_the_truth()
    {
        using var scope = NewDisposeScope();
        var metric = new ClassificationMetric().Start(["a", "b"]);
        metric.Add(tensor([1f, 0, 1, 0], [2, 2]), tensor([0.6f, 0.4f, 0.1f, 0.9f], [2, 2]));
        ((ClassificationResult)metric.Compute()).Accuracy.Should().Be(0.5);
    }

    [Fact]
    public void Outputs_and_targets_that_do_not_belong_together_are_named()
    {
        using var scope = NewDisposeScope();
        Refuses(new ClassificationMetric(), zeros(2, 3), tensor([0L, 1]),
            "A classifier of 2 classes is measured by outputs [N, 2] and class indices [N] int64; got [2, 3] and Int64 [2].");
        Refuses(new ClassificationMetric(), zeros(2, 2), tensor([0L]), "*got [2, 2] and Int64 [1].");
        Refuses(new ClassificationMetric(), zeros(2, 2), tensor([0L, 2]), "The class index 2 is outside 0..1.");
        Refuses(new RegressionMetric(), zeros(2, 2), zeros(3, 2), "There are 2 outputs and 3 targets; give one target for each output.");
        Refuses(new MultiLabelMetric(), zeros(2, 3), zeros(2, 3), "Outputs and targets have the shape [N, 2]; got [2, 3].");

        static void Refuses(IMetric metric, Tensor output, Tensor target, string message) =>
            FluentActions.Invoking(() => metric.Start(["a", "b"]).Add(output, target)).Should().Throw<ArgumentException>()
                .WithMessage(message);
    }

    private static ClassificationResult Classified() =>
        ClassificationResult.Of(
            new ConfusionMatrix(2, new Dictionary<(int, int), int> { [(0, 0)] = 1, [(1, 1)] = 1, [(1, 0)] = 1 }), ["a", "b"]);
}
