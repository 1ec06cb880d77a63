using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Tensors;

public sealed class PoolingTests
{
    [Fact]
    public void Vectors_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        var vectors = ones(2, 3);
        Pooling.Mean(vectors).Should().BeIdenticalTo(vectors);
    }

    [Fact]
    public void A_sequence_is_averaged_over_its_real_positions()
    {
        using var scope = NewDisposeScope();
        var sequence = tensor([1f, 10, 3, 30, 100, 1000, 5, 50, 7, 70, 9, 90], [2, 3, 2]);
        Pooling.Mean(sequence).Should().BeWithin(1e-4, [104f / 3, 1040f / 3, 7, 70]);
        var mask = tensor([true, true, false, false, false, false], [2, 3]);
        Pooling.Mean(new TensorSet(sequence, mask)).Should().BeWithin(1e-6, [2, 20, 0, 0], "nothing of the second is real");
    }

    [Fact]
    public void Other_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        var average = () => Pooling.Mean(zeros(2));
        average.Should().Throw<ArgumentException>().WithMessage("*shape [2]; heads read [N, D], [N, T, D] or [N, D, H, W]*");
    }
}
