using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Objectives;

[NoTensorLeaks]
public sealed class CtcTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_loss_is_that_of_all_alignments(int blank)
    {
        using var scope = NewDisposeScope();
        var logits = Formula.Input("ctc", [3, 4, 3], -2, 2);
        var (a, b) = blank == 0 ? (1L, 2L) : (0L, 1L);
        long[][] symbols = [[a, b], [a, a], [b]];
        int[] frames = [4, 3, 2];
        using var target = Targets.Sequences(symbols).Gather([0, 1, 2]);
        var output = new TensorSet(logits).With(TensorNames.Lengths, tensor(frames, dtype: ScalarType.Int64));
        var masked = new TensorSet(logits, arange(4) < tensor(frames).unsqueeze(1));

        var expected = Enumerable.Range(0, 3)
            .Select(i => -Math.Log(Probability(logits[i].softmax(-1), frames[i], symbols[i], blank)) / symbols[i].Length).ToArray();
        var objective = new Ctc(blank);
        objective.Validate(target, 3);
        objective.Loss(output, target).item<float>().Should().BeApproximately((float)expected.Average(), 1e-5f);
        objective.Loss(masked, target).item<float>().Should().BeApproximately((float)expected.Average(), 1e-5f);
        var weighted = target.With(TensorNames.Weights, tensor([1f, 0, 3]));
        objective.Loss(output, weighted).item<float>().Should().BeApproximately((float)((expected[0] + 3 * expected[2]) / 4), 1e-5f);
        ((IObjective)objective).Weight(weighted).Should().Be(4);
    }

    [Fact]
    public void Without_lengths_every_frame_counts_and_gradients_flow()
    {
        using var scope = NewDisposeScope();
        var logits = Formula.Input("ctc", [2, 5, 4], -2, 2).requires_grad_();
        using var target = Targets.Sequences([[1, 2, 3], [3]]).Gather([0, 1]);
        var loss = new Ctc().Loss(logits, target);
        loss.item<float>().Should().BeApproximately(
            new Ctc().Loss(new TensorSet(logits, ones(2, 5, ScalarType.Bool)), target).item<float>(), 1e-6f);
        loss.backward();
        logits.grad!.abs().sum(-1).min().item<float>().Should().BePositive();
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        using var twice = Targets.Sequences([[1, 1]]).Gather([0]);
        using var blank = Targets.Sequences([[1, 0]]).Gather([0]);
        using var large = Targets.Sequences([[1, 9]]).Gather([0]);
        Refuses(
            () => new Ctc().Loss(zeros(1, 2, 3), twice), "A target needs 1 frames more than its output "
                + "has*", "a blank stands between equal symbols");
        new Ctc().Loss(zeros(1, 3, 3), twice).isfinite().item<bool>().Should().BeTrue();
        Refuses(() => new Ctc().Validate(blank, 3), "The symbol 0 is the blank, which stands for none.");
        Refuses(() => new Ctc().Validate(large, 3), "The symbol 9 is outside 0..2; the head has 3 outputs.");
        Refuses(
            () => new Ctc().Validate(zeros(2, 3, ScalarType.Int64), 3), "Sequences must be int64 of shape [N, S] with lengths [N]*Use "
                + "Targets.Sequences.");
        Refuses(() => new Ctc().Validate(new TensorSet(ones(1, 2, ScalarType.Int64)).With(TensorNames.Lengths, tensor([3L])), 3),
            "The length 3 of an example is outside 0..2.");
        Refuses(() => new Ctc().Validate(twice.With(TensorNames.Weights, -ones(1)), 3), "The weight of example 0 of the batch is -1*");
    }

    /// <summary>The sum over all ways to write the symbols in that many frames.</summary>
    private static double Probability(Tensor probabilities, int frames, long[] symbols, int blank)
    {
        var classes = (int)probabilities.shape[1];
        var sum = 0.0;
        for (var path = 0; path < Math.Pow(classes, frames); path++)
        {
            int[] steps = [.. Enumerable.Range(0, frames).Select(t => path / (int)Math.Pow(classes, t) % classes)];
            var written = steps.Where((step, t) => step != blank && (t == 0 || steps[t - 1] != step)).Select(step => (long)step);
            if (written.SequenceEqual(symbols))
                sum += steps.Select((step, t) => (double)probabilities[t, step].item<float>()).Aggregate((x, y) => x * y);
        }
        return sum;
    }

    private static void Refuses(Action action, string message, string because = "") =>
        action.Should().Throw<ArgumentException>(because).WithMessage(message);
}
