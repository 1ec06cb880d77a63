using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

[NoTensorLeaks(MakesModels = true)]
public sealed class CrossEntropyTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/losses");

    [Theory]
    [InlineData("ce_mean")]
    [InlineData("ce_weights")]
    [InlineData("ce_smoothing")]
    [InlineData("ce_smoothing_weights")]
    [InlineData("ce_large_logits")]
    public void Value_and_gradient_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name);
        var hasOptions = golden.TryGetProperty("options", out var options);
        var objective = new CrossEntropy
        {
            LabelSmoothing = hasOptions ? options.NumberOr("label_smoothing", 0) : 0,
            ClassWeights = hasOptions && options.TryGetProperty("weight", out var weights) ? weights.Floats() : null,
        };
        var input = golden.GetProperty("input");
        var logits = Formula.Input(input.GetProperty("logits")).requires_grad_();
        var target = tensor(input.GetProperty("target").Integers(), dtype: ScalarType.Int64);

        var loss = objective.Loss(name == "ce_large_logits" ? logits * 100 : logits, target);
        loss.backward();

        var tolerance = golden.GetProperty("tolerance").GetDouble();
        loss.item<float>().Should().BeApproximately((float)golden.GetProperty("output").GetDouble(), (float)tolerance);
        logits.grad!.Should().BeWithin(tolerance, golden.GetProperty("grad").GetProperty("logits").Floats());
    }

    [Fact]
    public void Probabilities_are_the_softmax()
    {
        using var scope = NewDisposeScope();
        new CrossEntropy().Answer.Read(tensor([0f, 0, 1000, 1000], [2, 2])).Should().BeWithin(1e-7, [0.5f, 0.5f, 0.5f, 0.5f]);
    }

    [Fact]
    public void Bad_targets_are_named_before_a_native_call_sees_them()
    {
        using var scope = NewDisposeScope();
        var objective = new CrossEntropy();
        Refuses(objective, tensor([0L, 4]), "*class index 4 is outside 0..3*");
        Refuses(objective, tensor([-1L]), "*class index -1 is outside 0..3*");
        Refuses(objective, tensor([0, 1]), "*must be int64 of shape [N], or [N, T] for words; *Got Int32 of shape [2]*");
        Refuses(objective, zeros([2, 4, 1], ScalarType.Int64), "*Got Int64 of shape [2, 4, 1]*");
        Refuses(objective, zeros([2, 3]), "*soft targets float32 of shape [N, 4]. Got Float32 of shape [2, 3]*");
        Refuses(objective, full([2, 4], 1.5f), "A soft target is 1*5; a probability is from 0 to 1.");
        Refuses(objective, new TensorSet(tensor([0L])).With(TensorNames.Weights, ones(2)), "Weights of 1 examples must be float32 of shape [1]; got Float32 of shape [2].");
        Refuses(objective, new TensorSet(tensor([0L])).With(TensorNames.Weights, -ones(1)), "The weight of an example is -1; weights are finite numbers of 0 or more.");
        Refuses(new CrossEntropy { LabelSmoothing = 1 }, tensor([0L]), "LabelSmoothing is 1; it is from 0 to below 1.");
        Refuses(new CrossEntropy { ClassWeights = [1, 1, 1, -2] }, tensor([0L]), "A weight in ClassWeights is -2; *");
        Refuses(new CrossEntropy { ClassWeights = [1, 2] }, tensor([0L]), "*2 class weights for 4 classes*");
    }

    private static void Refuses(CrossEntropy objective, TensorSet target, string message)
    {
        var validate = () => objective.Validate(target, 4);
        validate.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void The_loss_over_a_set_does_not_depend_on_the_size_of_its_batches()
    {
        using var experiment = new Training.Experiment(objective: new CrossEntropy { ClassWeights = [0, 1, 3, 0.5f] });
        // In the order of the classes, so that the first batches have no weight at all.
        var sorted = experiment.Validation.Subset([.. Enumerable.Range(0, 12).OrderBy(i => ((ClassTargets)experiment.Validation.Targets).Indices[i])]);
        double[] losses = [.. new[] { 1, 2, 5, 12 }.Select(size => new Trainer(Training.Experiment.Options with { BatchSize = size }).Evaluate(experiment.Model, sorted).Loss)];
        losses.Should().OnlyContain(loss => Math.Abs(loss - losses[3]) < 1e-6);
    }

    [Fact]
    public void Examples_of_no_weight_teach_nothing_and_break_nothing()
    {
        using var scope = NewDisposeScope();
        var logits = randn(2, 3).requires_grad_();
        var objective = new CrossEntropy { ClassWeights = [0, 1, 1] };
        objective.Loss(logits, tensor([0L, 0])).backward();
        logits.grad!.abs().max().item<float>().Should().Be(0);
        objective.Weight(tensor([0L, 0])).Should().Be(0);
    }
}
