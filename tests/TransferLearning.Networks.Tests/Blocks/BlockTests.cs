using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

public sealed class BlockTests : IDisposable
{
    private readonly Function _block = new();
    private readonly Tensor _x = ones(2);

    public void Dispose()
    {
        _block.Dispose();
        _x.Dispose();
    }

    [Fact, NoTensorLeaks]
    public void What_is_not_the_result_is_disposed()
    {
        Tensor? between = null;
        _block.Of = x => Scale(between = Shift(x, 1), 3);
        using var result = _block.call(_x);
        between!.IsInvalid.Should().BeTrue();
        result.Should().BeWithin(0, [6, 6]);
    }

    [Fact, NoTensorLeaks]
    public void A_result_that_was_given_stays_the_giver_s()
    {
        using var scope = NewDisposeScope();
        _block.Of = x => x;
        var result = _block.call(_x);
        ReferenceEquals(result, _x).Should().BeFalse();
        result.Dispose();
        _x.IsInvalid.Should().BeFalse();
    }

    [Fact, NoTensorLeaks]
    public void A_stage_does_the_same_and_hands_the_mask_on()
    {
        using var mask = ones(2, dtype: ScalarType.Bool);
        var stage = Stage.Of("one", [""], input => Relu(Shift(input.Values, 1)));
        var output = stage.Forward(new TensorSet(_x, mask));
        ReferenceEquals(output.Mask, mask).Should().BeTrue();
        output.Values.Dispose();
    }

    [Fact, NoTensorLeaks]
    public void A_stage_of_sequences_is_given_their_mask()
    {
        using var mask = tensor(new[] { true, false });
        using var output = Stage.OfSequences("one", [""], (x, real) => Multiply(x, real!)).Forward(new TensorSet(_x, mask)).Values;
        output.Should().BeWithin(0, [1, 0]);
    }

    private sealed class Function : Block
    {
        public Func<Tensor, Tensor> Of { get; set; } = x => x;

        protected override Tensor Compute(Tensor x) => Of(x);
    }
}
