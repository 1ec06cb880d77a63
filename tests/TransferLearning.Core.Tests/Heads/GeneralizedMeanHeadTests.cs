using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class GeneralizedMeanHeadTests
{
    // Three positions of two features; the last is the largest.
    private static TensorSet Sequence => tensor([1f, 2, 2, 4, 3, 9], [1, 3, 2]);

    [Theory]
    [InlineData(1, new float[] { 2, 5 }, 1e-5, "the mean")]
    [InlineData(2, new[] { 2.1602469f, 5.8022983f }, 1e-5, "the quadratic mean: sqrt((1 + 4 + 9) / 3), sqrt((4 + 16 + 81) / 3)")]
    [InlineData(500, new float[] { 3, 9 }, 0.05, "nearly the maximum")]
    public void Its_power_leads_from_the_mean_to_the_maximum(double power, float[] expected, double tolerance, string because)
    {
        using var scope = NewDisposeScope();
        using var head = Identity(power);
        head.call(Sequence).Values.Should().BeWithin(tolerance, expected, because);
    }

    [Fact]
    public void What_is_padded_does_not_count()
    {
        using var scope = NewDisposeScope();
        using var head = Identity(1);
        head.call(new TensorSet(Sequence.Values, tensor([true, true, false], [1, 3]))).Values.Should().BeWithin(1e-5, [1.5f, 3]);
    }

    [Fact]
    public void Features_of_zero_have_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var head = Identity(3);
        var zero = zeros(1, 3, 2).requires_grad_(true);
        head.call(zero).Values.sum().backward();
        zero.grad!.isfinite().all().item<bool>().Should().BeTrue();
        head.get_parameter("power")!.grad!.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void It_learns_and_its_power_too()
    {
        using var experiment = new Experiment(head: new GeneralizedMeanHead(Experiment.Classes));
        var report = experiment.Fit(Experiment.Options with { Epochs = 10, Optimizer = new AdamW(3e-2) }, new FreezeBackbone());
        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss * 0.8);
        experiment.Model.Head.get_parameter("power")!.item<float>().Should().NotBe(3);
    }

    [Fact]
    public void A_power_that_is_none_is_refused()
    {
        var head = () => new GeneralizedMeanHead(["a", "b"], power: 0);
        head.Should().Throw<ArgumentException>().WithMessage("The power is above 0*");
    }

    private static nn.Module<TensorSet, TensorSet> Identity(double power)
    {
        var head = new GeneralizedMeanHead(["a", "b"], power).Build(2);
        using var _ = no_grad();
        using var eye = nn.init.eye_(empty(2, 2));
        head.get_parameter("weight")!.copy_(eye);
        return head;
    }
}
