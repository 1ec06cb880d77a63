using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

/// <summary>Losses and their gradients against PyTorch's, timm's, sentence-transformers' and the papers'.</summary>
public sealed class GoldenLossTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/losses");

    /// <summary>L2-SP is compared in a run of a trainer.</summary>
    public static TheoryData<string> Cases => GoldenTraining.Cases("losses", but: ["l2_sp"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_gradient_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name);
        var input = golden.GetProperty("input");
        var leaves = golden.GetProperty("grad").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => Formula.Input(input.GetProperty(entry.Name)).requires_grad_());

        var loss = Loss(name, leaves, input, golden.TryGetProperty("options", out var options) ? options : default);
        loss.sum().backward();

        var (tolerance, output) = (golden.GetProperty("tolerance").GetDouble(), golden.GetProperty("output"));
        // Where all is ignored PyTorch divides by 0; here nothing is lost.
        loss.Should().BeWithin(
            tolerance, name == "ce_all_ignored" ? [0] : output.ValueKind == JsonValueKind.Array ? output.Floats() : [(float)output.Number()]);
        foreach (var (leaf, value) in leaves)
            value.grad!.flatten().Should().BeWithin(tolerance, golden.GetProperty("grad").GetProperty(leaf).Floats(), leaf);
    }

    private static Tensor Loss(string name, Dictionary<string, Tensor> leaves, JsonElement input, JsonElement options) => name switch
    {
        "kd" => new CrossEntropy().Loss(leaves["logits"], Target(input)) * 0.3 + Divergence(leaves, input, options) * 0.7,
        "kd_kl_only" => Divergence(leaves, input, options),
        "cosine_similarity_st" => new CosineSimilarity().Loss(
            cat([leaves["a"], leaves["p"]]),
            stack([arange(5), arange(5, 10), tensor(input.GetProperty("labels").Integers(), ScalarType.Int64)], 1)),
        "mse" or "mae" or "huber" or "smooth_l1" => Regression(name, options).Loss(leaves["pred"], Target(input)),
        "bce_large_logits" => new MultiLabel().Loss(leaves["logits"] * 60, Target(input)),
        "bce_timm_labels" => new MultiLabel().Loss(leaves["logits"], nn.functional.one_hot(Target(input), 4) * 0.9f + 0.1f / 4),
        _ when name.StartsWith("bce", StringComparison.Ordinal) => new MultiLabel
        {
            PositiveWeights = Floats(options, "pos_weight"), LabelWeights = Floats(options, "weight"),
        }.Loss(leaves["logits"], Target(input)),
        _ => CrossEntropy(name, leaves["logits"], input, options),
    };

    private static Tensor CrossEntropy(string name, Tensor logits, JsonElement input, JsonElement options)
    {
        var objective = new CrossEntropy
        {
            LabelSmoothing = Number(options, "label_smoothing", Number(options, "smoothing", 0)), ClassWeights = Floats(options, "weight"),
        };
        var target = Target(input);
        if (name.StartsWith("ce_soft", StringComparison.Ordinal)) target /= target.sum(1, keepdim: true);
        if (name.StartsWith("mixup", StringComparison.Ordinal))
            target = new Mixup { Flips = true }.Mix(new Batch(zeros(6, 1), target), Number(options, "lam", 0), 4).Target.Values;
        return name switch
        {
            "ce_large_logits" => objective.Loss(logits * 100, target),
            // PyTorch has the classes in dimension 1, we have them last.
            "ce_dense" => objective.Loss(logits.transpose(1, 2), target),
            "ce_sum" => objective.Loss(logits, target) * objective.Weight(target),
            "ce_none" => stack(Enumerable.Range(0, 6).Select(i => objective.Loss(logits[i..(i + 1)], target[i..(i + 1)]))),
            _ => objective.Loss(logits, target),
        };
    }

    private static Tensor Divergence(Dictionary<string, Tensor> leaves, JsonElement input, JsonElement options)
    {
        using var model = new ModuleBackbone("any", nn.Identity(), 4).WithHead(new LinearHead(["a", "b", "c", "d"]), ownsBackbone: true);
        return new Distillation(model, options.GetProperty("T").GetDouble()).Divergence(
            leaves["logits"], Formula.Input(input.GetProperty("teacher")));
    }

    private static Regression Regression(string name, JsonElement options) => name switch
    {
        "huber" => new() { Difference = RegressionLoss.Huber, HuberDelta = options.GetProperty("delta").GetDouble() },
        "smooth_l1" => new() { Difference = RegressionLoss.SmoothAbsolute, HuberDelta = options.GetProperty("beta").GetDouble() },
        "mae" => new() { Difference = RegressionLoss.Absolute },
        _ => new(),
    };

    /// <summary>Class indices, rows of them or of labels, or a formula's values.</summary>
    private static Tensor Target(JsonElement input)
    {
        var target = input.GetProperty("target");
        if (target.ValueKind != JsonValueKind.Array) return Formula.Input(target);
        if (target[0].ValueKind != JsonValueKind.Array) return tensor(target.Integers(), ScalarType.Int64);
        float[] values = [.. target.EnumerateArray().SelectMany(row => row.Floats())];
        var rows = tensor(values).view(target.GetArrayLength(), -1);
        return target[0][0].GetRawText().Contains('.', StringComparison.Ordinal) ? rows : rows.to_type(ScalarType.Int64);
    }

    private static float[]? Floats(JsonElement options, string name) =>
        options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out var values) ? values.Floats() : null;

    private static double Number(JsonElement options, string name, double otherwise) =>
        options.ValueKind == JsonValueKind.Object ? options.NumberOr(name, otherwise) : otherwise;
}
