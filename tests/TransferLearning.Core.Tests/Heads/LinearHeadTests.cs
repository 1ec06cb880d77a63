using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Heads;

public sealed class LinearHeadTests
{
    [Fact]
    public void It_is_a_linear_map_that_starts_at_zero()
    {
        using var scope = NewDisposeScope();
        using var head = new LinearHead(["a", "b", "c"]).Build(2);
        var features = tensor([1f, 2, 3, 4], [2, 2]);
        head.call(features).Values.Should().BeWithin(0, new float[6]);

        var (weight, bias) = (head.get_parameter("weight")!, head.get_parameter("bias")!);
        using (no_grad())
        {
            weight.copy_(tensor([1f, 0, 0, 1, 1, 1], [3, 2]));
            bias.copy_(tensor([0f, 0, 10]));
        }
        head.call(features).Values.Should().BeWithin(0, [1, 2, 13, 3, 4, 17]);
    }

    [Fact]
    public void With_a_seed_it_starts_at_random_as_torch_s_linear_layers_and_always_alike()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (one, again, other) = (Weight(1), Weight(1), Weight(2));
        one.Should().BeIdenticalTo(again);
        one.eq(other).any().item<bool>().Should().BeFalse();
        one.abs().max().item<float>().Should().BeInRange(0.09f, 0.1f, "the bound is 1 / sqrt(100)");

        static Tensor Weight(long seed)
        {
            using var head = new LinearHead(["a", "b", "c"]) { Seed = seed }.Build(100);
            head.get_parameter("bias")!.Should().BeWithin(0, new float[3]);
            return head.get_parameter("weight")!.detach().clone();
        }
    }

    [Fact]
    public void Dropout_is_for_training_alone()
    {
        using var scope = NewDisposeScope();
        using var head = new LinearHead(["a", "b"], dropout: 0.5).Build(101);
        using (no_grad()) head.get_parameter("weight")!.fill_(1);
        var features = ones(1, 101);
        manual_seed(1);

        head.train();
        head.call(features).Values[0, 0].item<float>().Should().NotBe(101, "twice a whole number is even").And.BeInRange(50, 150);
        head.eval();
        head.call(features).Values[0, 0].item<float>().Should().Be(101);
    }

    [Fact]
    public void Labels_that_make_no_classifier_are_named()
    {
        Refuses(() => new LinearHead(["only"]), "*at least two classes; got 1 (only)*");
        Refuses(() => new LinearHead(["a", " "]), "*empty name*");
        Refuses(() => new LinearHead(["a", "b", "a"]), "*'a' is listed 2 times*");
        Refuses(() => new LinearHead(["a", "b"], dropout: 1), "*dropout*");
        Refuses(() => new LinearHead(null!), "*labels*");
    }

    private static void Refuses(Func<LinearHead> create, string message) => create.Should().Throw<ArgumentException>().WithMessage(message);
}
