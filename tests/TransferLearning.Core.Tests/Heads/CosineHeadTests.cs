using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class CosineHeadTests
{
    [Fact]
    public void Logits_are_cosines_times_the_scale_whatever_the_length()
    {
        using var scope = NewDisposeScope();
        using var head = new CosineHead(["a", "b"], scale: 4).Build(2);
        using (no_grad()) head.get_parameter("weight")!.copy_(tensor([3f, 0, 1, 1], [2, 2]));
        var half = 4 * MathF.Sqrt(0.5f);
        head.call(tensor([1f, 0, 0, 100, 0, 0], [3, 2])).Values.Should().BeWithin(1e-6, [4, half, 0, half, 0, 0]);
    }

    [Fact]
    public void It_starts_from_the_seed_and_learns_directions_and_scale()
    {
        using var scope = NewDisposeScope();
        using var head = new CosineHead(["a", "b"]).Build(3);
        using var again = new CosineHead(["a", "b"]).Build(3);
        head.get_parameter("weight")!.Should().BeIdenticalTo(again.get_parameter("weight")!);

        head.call(ones(1, 3)).Values[0, 0].backward();
        head.parameters().Should().HaveCount(2).And.OnlyContain(parameter => parameter.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void A_scale_that_is_none_is_named()
    {
        var create = () => new CosineHead(["a", "b"], scale: 0);
        create.Should().Throw<ArgumentException>().WithMessage("*scale is above 0*");
    }
}
