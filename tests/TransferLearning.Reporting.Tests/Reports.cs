using static TorchSharp.torch;

namespace TransferLearning.Reporting.Tests;

/// <summary>Reports as runs leave them.</summary>
internal static class Reports
{
    public const string Hostile =
        "<img src=x onerror=alert(1)>\" onmouseover='alert(2)' </title></style><script>alert(3)</script>&amp;";

    public static readonly string[] Clothes =
        ["ankle-boot", "bag", "coat", "dress", "pullover", "sandal", "shirt", "sneaker", "t-shirt", "trouser"];

    /// <summary>A classifier of those labels, whose fourth epoch was kept; about one answer of six is wrong.</summary>
    public static TrainingReport Classifier(params string[] labels) => Of(labels, new ClassificationMetric(), () =>
    {
        var truths = arange(20 * labels.Length) % labels.Length;
        // Some are taken for the class beside theirs, the surer the later.
        var answers = (truths + (arange(20 * labels.Length) % 6 == 0).to_type(ScalarType.Int64)) % labels.Length;
        var logits = nn.functional.one_hot(answers, labels.Length) * linspace(0.5, 6, 20 * labels.Length).unsqueeze(1);
        return (logits, truths);
    });

    /// <summary>Two values.</summary>
    public static TrainingReport Regression() => Of(["width", "height"], new RegressionMetric(), () =>
        (arange(20, ScalarType.Float32).reshape(10, 2), arange(20, ScalarType.Float32).reshape(10, 2) * 1.1));

    /// <summary>Three labels, any number of which an example has.</summary>
    public static TrainingReport MultiLabel() => Of(["urgent", "billing", Hostile], new MultiLabelMetric(), () =>
        (tensor(new float[] { 2, -1, 1, -2, 3, -1 }, 2, 3), tensor(new float[] { 1, 0, 1, 0, 1, 1 }, 2, 3)));

    /// <summary>Nothing to measure by.</summary>
    public static TrainingReport Unmeasured() =>
        Regression() with { Evaluation = null, ValidationCount = 0, Epochs = [new(1, 0.5, null, 0.1, 1), new(2, 0.4, null, 0.1, 1)] };

    private static TrainingReport Of(string[] labels, IMetric metric, Func<(Tensor Output, Tensor Target)> data)
    {
        using var scope = NewDisposeScope();
        var (output, target) = data();
        var state = metric.Start(labels);
        state.Add(output, target);
        Evaluation evaluation = new() { Count = (int)output.shape[0], Loss = 0.41234, Results = [state.Compute()] };
        return new()
        {
            Backbone = "efficientnet_lite0", Weights = new("efficientnet_lite0.safetensors", new('a', 64), "Apache-2.0"), Head = "linear",
            Labels = labels, Objective = "cross-entropy", Optimizer = "AdamW { LearningRate = 0.001, WeightDecay = 0.01 }",
            Strategies = ["4000 examples: the head alone.", "freeze backbone", "cosine decay, warm-up 0.1"], Sampler = "shuffled",
            Monitor = "loss", Seed = 7, BatchSize = 32, Device = "cpu", TrainCount = 4000, ValidationCount = evaluation.Count,
            Evaluation = evaluation, WeightsFromEpoch = 4,
            Epochs = [.. Enumerable.Range(1, 6).Select(epoch => new EpochReport(
                epoch, 2.0 / epoch, evaluation with { Loss = 0.4 + 0.05 * Math.Abs(epoch - 4) }, 0.001, 2.5))],
            FeatureCaches = [new("training", "pooled features", 4000, 20_480_000, 9)],
            Warnings = ["The class 'coat' has 9 examples.", Hostile], Seconds = 15, Date = new(2026, 1, 2),
            Trained = new Dictionary<string, long> { ["head"] = 12810 },
            Versions = new Dictionary<string, string> { ["transferLearning"] = "0.1.0" },
        };
    }
}
