using static TorchSharp.torch;

namespace TransferLearning.Tests;

public sealed class DropoutTests : IDisposable
{
    private readonly IDisposable _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void As_many_values_become_zero_and_the_others_keep_the_mean(double probability)
    {
        var values = Training(probability).call(ones(1001, 1001)).data<float>().ToArray();
        var kept = values.Where(value => value != 0).ToArray();
        // Four standard deviations of a million draws.
        var deviation = 4 * Math.Sqrt(probability * (1 - probability) / values.Length);
        (1 - (double)kept.Length / values.Length).Should().BeApproximately(probability, deviation + 1.0 / (1 << 17));
        kept.Distinct().Should().ContainSingle().Which.Should().BeApproximately((float)(1 / (1 - probability)), (float)(0.01 / (1 - probability)));
    }

    [Fact]
    public void Neighbours_are_dropped_independently()
    {
        var dropped = Training(0.5).call(ones(1_000_000)).eq(0).to(ScalarType.Float64);
        for (var distance = 1; distance <= 8; distance++)
        {
            var both = dropped[..^distance].mul(dropped[distance..]).mean().item<double>();
            both.Should().BeApproximately(0.25, 0.002, "values {0} apart share nothing", distance);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Tensors_of_every_size_are_covered(int size)
    {
        var dropout = Training(0.5);
        var seen = zeros(size);
        for (var round = 0; round < 100; round++) seen.add_(dropout.call(ones(size)).eq(0).to(ScalarType.Float32));
        seen.data<float>().ToArray().Should().OnlyContain(count => count > 25 && count < 75);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_seed_decides_and_each_call_differs(bool isInRun)
    {
        var input = ones(10, 10);
        var (first, second) = (Draw(), Draw());
        first[0].eq(second[0]).all().item<bool>().Should().BeTrue();
        first[1].eq(second[1]).all().item<bool>().Should().BeTrue();
        first[0].eq(first[1]).all().item<bool>().Should().BeFalse();

        Tensor[] Draw()
        {
            var dropout = Training(0.5);
            if (!isInRun) dropout.Random = null;
            manual_seed(3);
            return [dropout.call(input), dropout.call(input)];
        }
    }

    [Fact]
    public void A_run_draws_nothing_from_torchs_generator()
    {
        manual_seed(3);
        var expected = rand(5);
        manual_seed(3);
        Training(0.5).call(ones(10, 10));
        rand(5).eq(expected).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Gradients_pass_where_values_do()
    {
        var input = ones([100], requires_grad: true);
        var output = Training(0.3).call(input);
        output.sum().backward();
        input.grad!.eq(output.detach()).all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0, true)]
    public void Nothing_changes_outside_training_or_without_probability(double probability, bool training)
    {
        var dropout = Training(probability);
        dropout.train(training);
        dropout.call(arange(10, ScalarType.Float32)).eq(arange(10, ScalarType.Float32)).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Other_types_are_dropped_alike() =>
        Training(0.5).call(ones(1000, ScalarType.Float64)).data<double>().ToArray().Distinct().Should().BeEquivalentTo([0.0, 2.0]);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void All_values_cannot_be_dropped(double probability) =>
        FluentActions.Invoking(() => new Dropout(probability)).Should().Throw<ArgumentOutOfRangeException>();

    private static Dropout Training(double probability) => new(probability) { Random = new RandomSource() };
}
