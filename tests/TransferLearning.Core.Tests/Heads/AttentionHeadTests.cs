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
        var features = Features.Average(new TensorSet(Formula.Input("x", [2, 3, 2], -1, 1), tensor([true, true, true, false, true, true], [2, 3])));
        head.call(features).Should().BeWithin(1e-6, features.Pooled);
    }

    [Fact]
    public void The_query_decides_which_position_counts()
    {
        using var scope = NewDisposeScope();
        using var head = Head.Build(2);
        Set(head, "weight", [1, 0, 0, 1]);
        Set(head, "query", [1000, 0]);
        var sequence = tensor([5f, 1, 1, 2, 9, 3], [1, 3, 2]);
        head.call(Features.Average(new TensorSet(sequence))).Should().BeWithin(1e-5, [9, 3]);
        head.call(Features.Average(new TensorSet(sequence, tensor([true, true, false], [1, 3])))).Should().BeWithin(1e-5, [5, 1], "what is padded does not count");
        head.call(Features.Average(new TensorSet(tensor([5f, 9, 1, 3], [1, 2, 1, 2])))).Should().BeWithin(1e-5, [9, 3], "places of a map are positions");
    }

    [Fact]
    public void It_reads_the_map_so_that_the_cache_stands_before_pooling()
    {
        using var backbone = SmallNetwork.Backbone();
        using var model = backbone.WithHead(Head);
        model.LastStage(2).Should().Be(2);
        using var scope = NewDisposeScope();
        var forward = () => model.Head.call(new Features(zeros(2, 12)));
        forward.Should().Throw<ArgumentException>().WithMessage("Attention pooling reads a map or a sequence*");
    }

    private static void Set(nn.Module head, string name, float[] values)
    {
        using var _ = no_grad();
        var parameter = head.get_parameter(name)!;
        parameter.copy_(tensor(values, parameter.shape));
    }
}
