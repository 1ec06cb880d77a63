using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Probing;

[NoTensorLeaks]
public sealed class LbfgsTests
{
    [Fact]
    public void It_finds_the_minimum_of_an_ill_conditioned_quadratic()
    {
        using var scope = NewDisposeScope();
        var curvature = logspace(0, 4, 30, dtype: ScalarType.Float64);
        var minimum = linspace(-1, 1, 30, dtype: ScalarType.Float64);
        var (point, iterations, converged) = new Lbfgs(
            x => ((curvature * (x - minimum).square()).sum().item<double>() / 2, curvature * (x - minimum)), ones(1))
        {
            Tolerance = 1e-7,
        }.Minimize(zeros_like(minimum), default);

        converged.Should().BeTrue();
        (point - minimum).abs().max().item<double>().Should().BeLessThan(1e-6);
        iterations.Should().BeInRange(10, 1000);
    }

    [Fact]
    public void With_the_true_curvature_a_quadratic_takes_one_step()
    {
        using var scope = NewDisposeScope();
        var curvature = logspace(0, 4, 30, dtype: ScalarType.Float64);
        var (_, iterations, _) = new Lbfgs(x => ((curvature * (x - 1).square()).sum().item<double>() / 2, curvature * (x - 1)), curvature)
            .Minimize(zeros_like(curvature), default);
        iterations.Should().Be(1);
    }

    [Fact]
    public void It_ends_where_rounding_leaves_nothing_to_gain()
    {
        using var scope = NewDisposeScope();
        var start = ones(3, dtype: ScalarType.Float64);
        var (_, iterations, converged) = new Lbfgs(
            x => (1e12 + x.square().sum().item<double>() / 2, x * 1), ones(1)) { Tolerance = 0 }.Minimize(start, default);
        (converged, iterations).Should().Match<(bool, int)>(end => end.Item1 && end.Item2 < 100);
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using var scope = NewDisposeScope();
        var minimize = () => new Lbfgs(x => (x.square().sum().item<double>(), 2 * x), ones(1)).Minimize(
            ones(3, dtype: ScalarType.Float64), new CancellationToken(canceled: true));
        minimize.Should().Throw<OperationCanceledException>();
    }
}
