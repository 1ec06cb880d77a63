using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Random;

[NoTensorLeaks(MakesModels = true)]
public sealed class DropoutTests
{
    [Theory]
    [InlineData(0.1, ScalarType.Float32)]
    [InlineData(0.5, ScalarType.Float32)]
    [InlineData(0.5, ScalarType.Float64)]
    public void The_share_is_dropped_and_the_mean_stays(double probability, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var random = new RandomSource(seed: 3);
        using var dropout = new Dropout(probability) { Random = random };
        var values = dropout.call(ones([100_003], type));
        values.dtype.Should().Be(type);
        (values.eq(0).sum().item<long>() / 100_003.0).Should().BeApproximately(probability, 0.008, "five standard deviations");
        values.max().to_type(ScalarType.Float64).item<double>().Should().BeApproximately(1 / (1 - probability), 1e-4);
        values.mean().to_type(ScalarType.Float64).item<double>().Should().BeApproximately(1, 0.016);
    }

    [Fact]
    public void Its_source_decides_alone()
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(0.5) { Random = new RandomSource(1, 2) };
        var first = dropout.call(ones(50));
        var second = dropout.call(ones(50));
        dropout.Random = new RandomSource(1, 2);
        manual_seed(99);
        dropout.call(ones(50)).Should().BeIdenticalTo(first);
        dropout.call(ones(50)).Should().BeIdenticalTo(second);
        first.eq(second).all().item<bool>().Should().BeFalse();
    }

    [Fact]
    public void Outside_of_a_run_it_follows_torchs_generator()
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(0.5);
        manual_seed(7);
        var first = dropout.call(ones(50));
        manual_seed(7);
        dropout.call(ones(50)).Should().BeIdenticalTo(first);
        dropout.call(ones(50)).eq(first).all().item<bool>().Should().BeFalse();
    }

    [Fact]
    public void In_evaluation_and_of_nothing_it_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(0.5);
        dropout.eval();
        dropout.call(ones(5)).Should().BeIdenticalTo(ones(5));
        using var none = new Dropout(0);
        none.call(ones(5)).Should().BeIdenticalTo(ones(5));
        FluentActions.Invoking(() => new Dropout(1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Gradients_pass_where_values_do()
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(0.5) { Random = new RandomSource() };
        var input = ones(20).requires_grad_();
        var output = dropout.call(input);
        output.sum().backward();
        input.grad!.Should().BeIdenticalTo(output.detach());
    }
}
