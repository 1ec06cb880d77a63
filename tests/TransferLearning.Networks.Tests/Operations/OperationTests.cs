using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

public class OperationTests
{
    [Fact]
    public void An_operation_runs_by_its_name()
    {
        using var scope = NewDisposeScope();
        var x = rand(2, 3);
        Operation.Find("Softmax").Run([x], Attributes(("dimension", -1L)))[0].Should().BeIdenticalTo(x.softmax(-1));
        Operation.Find("Concat").Run([x, x, x], Attributes(("dimension", 0L)))[0].shape.Should().Equal(6, 3);
        Operation.Find("Chunk").Run([x], Attributes(("count", 3L), ("dimension", 1L))).Should().HaveCount(3);
        Operation.Find("Affine").Run([x, rand(4, 3), null], Attributes())[0].shape.Should().Equal(2, 4);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var x = rand(2, 3);
        FluentActions.Invoking(() => Operation.Find("Softmin")).Should().Throw<NotSupportedException>()
            .WithMessage("There is no operation 'Softmin'.*Softmax*");
        FluentActions.Invoking(() => Operation.Find("Softmax").Run([x], Attributes())).Should().Throw<ArgumentException>()
            .WithMessage("Softmax lacks the attribute 'dimension'.");
        FluentActions.Invoking(() => Operation.Find("Add").Run([x], Attributes())).Should().Throw<ArgumentException>()
            .WithMessage("Add lacks an input: it got 1.");
        FluentActions.Invoking(() => Operation.Find("Relu").Run([x, x], Attributes())).Should().Throw<ArgumentException>()
            .WithMessage("Relu takes 1 inputs; got 2.");
    }

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 2, 3 })]
    [InlineData(new long[] { 3 }, new long[] { 3, 2 })]
    [InlineData(new long[] { 2, 4, 3 }, new long[] { 3, 3, 2 })]
    public void Matrices_that_do_not_fit_are_refused(long[] left, long[] right)
    {
        using var x = rand(left);
        using var y = rand(right);
        FluentActions.Invoking(() => MatMul(x, y)).Should().Throw<ArgumentException>().WithMessage(
            $"There is no matrix product of [{string.Join(", ", left)}] and [{string.Join(", ", right)}].");
    }

    [Fact]
    public void Matrices_are_broadcast()
    {
        using var scope = NewDisposeScope();
        MatMul(rand(5, 1, 2, 3), rand(4, 3, 6)).shape.Should().Equal(5, 4, 2, 6);
    }

    [Fact]
    public void Integers_stay_integers()
    {
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 0, 5, 7 });
        foreach (
            var result in (Tensor[])[Shift(ids, 1), Scale(ids, 2), Clamp(ids, lowest: 1), MaskedFill(ids, EqualTo(ids, 5), 9), CumulativeSum(ids, 0)])
            result.dtype.Should().Be(ScalarType.Int64);
        Shift(ids, 0.5).dtype.Should().Be(ScalarType.Float32);
        Clamp(ids, 1, 6).data<long>().Should().Equal(1, 5, 6);
    }

    [Fact]
    public void Also_where_nothing_changes_the_result_is_another_object()
    {
        using var scope = NewDisposeScope();
        var x = rand(1, 2, 3, 4);
        Tensor[] results = [
            Identity(x), Cast(x, x.dtype), Contiguous(x), ChannelsLast(x), Reshape(x, 1, 2, 3, 4), Flatten(x, 0, 0), Expand(x, -1, -1, -1, -1), Chunk(x, 1, 0)[0]];
        results.Should().OnlyContain(result => !ReferenceEquals(result, x));
    }

    [Fact]
    public void Zero_keeps_a_dimension()
    {
        using var scope = NewDisposeScope();
        Reshape(rand(2, 3, 4), 0, -1).shape.Should().Equal(2, 12);
        Reshape(rand(2, 3, 4), 0, 0, 2, -1).shape.Should().Equal(2, 3, 2, 2);
    }

    [Fact]
    public void Padding_begins_with_the_last_dimension()
    {
        using var scope = NewDisposeScope();
        Pad(ones(1, 2), [1, 0, 0, 2], 5).Should().BeWithin(0, [5, 1, 1, 5, 5, 5, 5, 5, 5]);
    }

    [Fact]
    public void The_root_mean_square_norm_is_its_formula()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 3, 4 });
        RmsNormalize(x, tensor(new float[] { 1, 2 }), epsilon: 0).Should().BeWithin(1e-6, [3 / MathF.Sqrt(12.5f), 8 / MathF.Sqrt(12.5f)]);
    }

    [Theory]
    [InlineData(Activation.Relu, 0, 4)]
    [InlineData(Activation.Relu6, 0, 4)]
    [InlineData(Activation.Gelu, -0.0036373920817729943, 3.9998732934)]
    [InlineData(Activation.GeluByTanh, -0.0036373920, 3.9999297540518075)]
    [InlineData(Activation.Silu, -0.14227761953270035, 3.9280551601516334)]
    [InlineData(Activation.Tanh, -0.9950547536867305, 0.999329299739067)]
    [InlineData(Activation.Sigmoid, 0.04742587317756678, 0.9820137900379085)]
    [InlineData(Activation.HardSwish, 0, 4)]
    [InlineData(Activation.HardSigmoid, 0, 1)]
    [InlineData(Activation.None, -3, 4)]
    public void Activations_are_their_formulas(Activation activation, double ofMinusThree, double ofFour)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { -3, 4 });
        Activate(x, activation).Should().BeWithin(1e-3, [(float)ofMinusThree, (float)ofFour]);
        InPlace.Activate(x, activation).Should().BeWithin(1e-3, [(float)ofMinusThree, (float)ofFour]);
    }

    private static Dictionary<string, object?> Attributes(params (string Name, object? Value)[] attributes) =>
        attributes.ToDictionary(entry => entry.Name, entry => entry.Value);
}
