using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class AttentionHeadTests
{
    private static readonly AttentionHead Head = new(["a", "b"]);

    [Fact]
    public void With_the_first_query_it_is_the_mean_over_the_real_positions()
    {
        using var scope = NewDisposeScope();
        using var head = Head.Build(2);
        Set(head, "weight", [1, 0, 0, 1]);
        var sequence = new TensorSet(Formula.Input("x", [2, 3, 2], -1, 1), tensor([true, true, true, false, true, true], [2, 3]));
        head.call(sequence).Values.Should().BeWithin(1e-6, Pooling.Mean(sequence));
    }

    [Fact]
    public void The_query_decides_which_position_counts()
    {
        using var scope = NewDisposeScope();
        using var head = Head.Build(2);
        Set(head, "weight", [1, 0, 0, 1]);
        Set(head, "query", [1000, 0]);
        var sequence = tensor([5f, 1, 1, 2, 9, 3], [1, 3, 2]);
        head.call(sequence).Values.Should().BeWithin(1e-5, [9, 3]);
        head.call(new TensorSet(sequence, tensor([true, true, false], [1, 3]))).Values.Should()
            .BeWithin(1e-5, [5, 1], "what is padded does not count");
    }

    [Fact]
    public void It_reads_the_places_of_a_map_as_positions()
    {
        using var backbone = SmallNetwork.Backbone();
        using var scope = NewDisposeScope();
        ((IHeadReplacer)Head).Read(backbone, tensor([5f, 9, 1, 3], [1, 2, 1, 2])).Values.Should()
            .BeWithin(0, tensor([5f, 1, 9, 3], [1, 2, 2]));
        var read = () => Head.Read(backbone, zeros(2, 12));
        read.Should().Throw<ArgumentException>().WithMessage(
            "The backbone 'small' gives [2, 12], which has no positions*Use a head that reads one vector*");
    }

    private static void Set(nn.Module head, string name, float[] values)
    {
        using var _ = no_grad();
        var parameter = head.get_parameter(name)!;
        parameter.copy_(tensor(values, parameter.shape));
    }
}
