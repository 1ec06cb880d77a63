using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

[NoTensorLeaks(MakesModels = true)]
public sealed class CrossEntropyTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.1)]
    public void Where_every_target_is_ignored_there_is_nothing_to_learn_and_nothing_breaks(double? smoothing)
    {
        using var scope = NewDisposeScope();
        var logits = randn(6, 4).requires_grad_();
        var objective = new CrossEntropy { LabelSmoothing = smoothing ?? 0 };
        var target = full([6], RaggedTargets.Ignored, ScalarType.Int64);
        var loss = objective.Loss(logits, target);
        loss.backward();
        (loss.item<float>(), objective.Weight(target), logits.grad!.abs().max().item<float>()).Should()
            .Be((0, 0, 0), "PyTorch's loss would be NaN");
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

    [Theory]
    [InlineData("class")]
    [InlineData("class, weighted")]
    [InlineData("words")]
    [InlineData("words, weighted")]
    [InlineData("soft")]
    [InlineData("soft words")]
    public void The_weight_of_an_example_is_how_often_it_counts(string kind)
    {
        using var scope = NewDisposeScope();
        long[] shape = kind.Contains("words", StringComparison.Ordinal) ? [3, 2] : [3];
        var logits = Formula.Input("logits", [.. shape, 4], -2, 2);
        var truth = kind.StartsWith("soft", StringComparison.Ordinal)
            ? Formula.Input("truth", [.. shape, 4], 0, 1)
            : tensor(shape.Length == 1 ? new[] { 1L, 3, 0 } : [1L, 3, 0, RaggedTargets.Ignored, 2, 2], shape);
        var objective = new CrossEntropy
        {
            LabelSmoothing = 0.1, ClassWeights = kind.EndsWith("weighted", StringComparison.Ordinal) ? [0.5f, 1, 2, 4] : null
        };
        var repeated = tensor([0L, 0, 0, 2]);

        var target = new TensorSet(truth).With(TensorNames.Weights, tensor([3f, 0, 1]));
        var expected = objective.Loss(logits[repeated], truth[repeated]);
        objective.Loss(logits, target).item<float>().Should().BeApproximately(expected.item<float>(), 1e-6f);
        objective.Weight(target).Should().BeApproximately(objective.Weight(truth[repeated]), 1e-9);
        objective.Weight(target).Should().BePositive();
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
        Refuses(
            objective, new TensorSet(tensor([0L])).With(TensorNames.Weights, ones(2)), "Weights of 1 examples must be float32 of "
                + "shape [1]; got Float32 of shape [2].");
        Refuses(
            objective, new TensorSet(tensor([0L])).With(TensorNames.Weights, -ones(1)), "The weight of example 0 of the batch is -1; weights are "
                + "finite numbers of 0 or more.");
        Refuses(new CrossEntropy { LabelSmoothing = 1 }, tensor([0L]), "LabelSmoothing is 1; it is from 0 to below 1.");
        Refuses(new CrossEntropy { ClassWeights = [1, 1, 1, -2] }, tensor([0L]), "A weight in ClassWeights is -2; *");
        Refuses(new CrossEntropy { ClassWeights = [1, 2] }, tensor([0L]), "*2 class weights for 4 classes*");
        objective.Validate(tensor([3L, RaggedTargets.Ignored]), 4);
        objective.Validate(zeros([2, 5, 4]), 4);
    }

    [Fact]
    public void The_loss_over_a_set_does_not_depend_on_the_size_of_its_batches()
    {
        using var experiment = new Training.Experiment(objective: new CrossEntropy { ClassWeights = [0, 1, 3, 0.5f] });
        // In the order of the classes, so that the first batches have no weight at all.
        var sorted = experiment.Validation.Subset(
            [.. Enumerable.Range(0, 12).OrderBy(i => ((ClassTargets)experiment.Validation.Targets).Indices[i])]);
        double[] losses = [
            .. new[] { 1, 2, 5, 12 }.Select(size => new Trainer(Training.Experiment.Options with { BatchSize = size }).Evaluate(experiment.Model, sorted).Loss)];
        losses.Should().OnlyContain(loss => Math.Abs(loss - losses[3]) < 1e-6);
    }

    private static void Refuses(CrossEntropy objective, TensorSet target, string message)
    {
        var validate = () => objective.Validate(target, 4);
        validate.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
