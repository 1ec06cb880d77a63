using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

public class PerLengthTests
{
    [Fact, NoTensorLeaks]
    public void It_is_made_once_for_a_length()
    {
        using var scope = NewDisposeScope();
        var made = 0;
        using var table = new PerLength((length, device) =>
        {
            made++;
            return arange(length, device: device);
        });
        var first = table.Of(3, CPU);
        table.Of(3, CPU).shape.Should().Equal(3);
        made.Should().Be(1);
        table.Of(4, CPU).shape.Should().Equal(4);
        made.Should().Be(2);
        first.shape.Should().Equal(3);
    }

    [Fact]
    public void It_is_recorded_as_a_constant_however_it_is_made()
    {
        using var scope = NewDisposeScope();
        using var table = new PerLength((length, device) => Cast(Range(0, length, device), ScalarType.Float32));
        table.eval();
        using var graph = Graph.Record(table, input => Add(input.Values, table.Of(input.Values.size(1), CPU)), rand(2, 3));
        graph.Nodes.Should().ContainSingle().Which.Operation.Name.Should().Be("Add");
        graph.Constants.Should().ContainSingle();
    }

    [Fact]
    public void Threads_of_different_lengths_do_not_disturb_each_other()
    {
        using var perLength = new PerLength((length, device) => full([length], (float)length, device: device));
        Parallel.For(1, 200, i =>
        {
            using var scope = NewDisposeScope();
            var length = i % 4 + 1;
            perLength.Of(length, CPU).sum().item<float>().Should().Be(length * length);
        });
    }
}
