using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public sealed class PerLengthTests
{
    [Fact]
    public void It_is_made_once_for_a_length_and_outlives_scopes_and_successors()
    {
        var made = 0;
        using var perLength = new PerLength((length, device) =>
        {
            made++;
            return full([length], (float)length, device: device);
        });
        using var scope = NewDisposeScope();
        var first = perLength.Of(3, CPU);
        using (NewDisposeScope()) perLength.Of(3, CPU);
        perLength.Of(5, CPU).shape.Should().Equal(5);
        made.Should().Be(2);
        first.sum().item<float>().Should().Be(9, "what was handed out stays valid");
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
