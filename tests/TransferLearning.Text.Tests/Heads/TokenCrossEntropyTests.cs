using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Heads;

public sealed class TokenCrossEntropyTests
{
    private static readonly string[] Labels = ["name", "place"];

    [Fact]
    public void Tokens_that_are_ignored_change_neither_loss_nor_measures()
    {
        using var scope = NewDisposeScope();
        var objective = new TokenCrossEntropy();
        var output = tensor(new float[] { 2, 0, 0, 2, 9, 0, 2, 0 }, 2, 2, 2);
        var target = tensor(new long[] { 0, 0, -100, 0 }, 2, 2);
        objective.Validate(target, 2);

        objective.Loss(output, target).item<float>().Should().BeApproximately((0.126928f * 2 + 2.126928f) / 3, 1e-5f);
        objective.Probabilities(output).sum(-1).allclose(ones(2, 2)).Should().BeTrue();
        var metric = objective.CreateMetric(Labels);
        metric.Add(output, target);
        metric.Compute().Should().BeOfType<ClassificationEvaluation>().Which.Should().BeEquivalentTo(new { Count = 3, Accuracy = 2 / 3.0 });
    }

    [Fact]
    public void A_batch_of_no_token_that_counts_teaches_nothing_and_weighs_nothing()
    {
        using var scope = NewDisposeScope();
        var output = randn(1, 2, 2).requires_grad_();
        var target = full([1, 2], TokenCrossEntropy.Ignored, ScalarType.Int64);
        var loss = new TokenCrossEntropy().Loss(output, target);
        loss.backward();
        (loss.item<float>(), output.grad!.abs().max().item<float>(), new TokenCrossEntropy().Weight(target)).Should().Be((0, 0, 0));
    }

    [Fact]
    public void Bad_targets_are_named()
    {
        using var scope = NewDisposeScope();
        FluentActions.Invoking(() => new TokenCrossEntropy().Validate(tensor(new long[] { 0, 2 }, 1, 2), 2)).Should().Throw<ArgumentException>().WithMessage("*index 2*-100*0..1*");
        FluentActions.Invoking(() => new TokenCrossEntropy().Validate(tensor(new long[] { 0, 1 }), 2)).Should().Throw<ArgumentException>().WithMessage("*[N, T]*[2]*");
    }
}
