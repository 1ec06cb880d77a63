using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

[Collection(nameof(TorchGenerator))]
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
        manual_seed(0);
        var values = Dropout.Apply(ones(1001, 1001), probability, training: true).data<float>().ToArray();
        var kept = values.Where(value => value != 0).ToArray();
        // Four standard deviations of a million draws.
        var deviation = 4 * Math.Sqrt(probability * (1 - probability) / values.Length);
        (1 - (double)kept.Length / values.Length).Should().BeApproximately(probability, deviation + 1.0 / (1 << 17));
        kept.Distinct().Should().ContainSingle().Which.Should().BeApproximately((float)(1 / (1 - probability)), (float)(0.01 / (1 - probability)));
    }

    [Fact]
    public void Neighbours_are_dropped_independently()
    {
        manual_seed(0);
        var dropped = Dropout.Apply(ones(1_000_000), 0.5, training: true).eq(0).to(ScalarType.Float64);
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
        manual_seed(0);
        var seen = zeros(size);
        for (var round = 0; round < 100; round++) seen.add_(Dropout.Apply(ones(size), 0.5, training: true).eq(0).to(ScalarType.Float32));
        seen.data<float>().ToArray().Should().OnlyContain(count => count > 25 && count < 75);
    }

    [Fact]
    public void The_seed_decides_and_each_call_differs()
    {
        var input = ones(10, 10);
        Tensor[] Draw()
        {
            manual_seed(3);
            return [Dropout.Apply(input, 0.5, training: true), Dropout.Apply(input, 0.5, training: true)];
        }
        var (first, second) = (Draw(), Draw());
        first[0].eq(second[0]).all().item<bool>().Should().BeTrue();
        first[1].eq(second[1]).all().item<bool>().Should().BeTrue();
        first[0].eq(first[1]).all().item<bool>().Should().BeFalse();
    }

    [Fact]
    public void Gradients_pass_where_values_do()
    {
        var input = ones([100], requires_grad: true);
        var output = Dropout.Apply(input, 0.3, training: true);
        output.sum().backward();
        input.grad!.eq(output.detach()).all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0, true)]
    public void Nothing_changes_outside_training_or_without_probability(double probability, bool training) =>
        Dropout.Apply(arange(10, ScalarType.Float32), probability, training).eq(arange(10, ScalarType.Float32)).all().item<bool>().Should().BeTrue();

    [Fact]
    public void Other_types_are_torchs() =>
        Dropout.Apply(ones(1000, ScalarType.Float64), 0.5, training: true).data<double>().ToArray().Distinct().Should().BeEquivalentTo([0.0, 2.0]);
}
