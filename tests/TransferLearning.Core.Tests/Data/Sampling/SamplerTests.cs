namespace TransferLearning.Tests.Data;

public sealed class SamplerTests
{
    private static readonly int[] Classes = [.. Enumerable.Repeat(0, 30), .. Enumerable.Repeat(1, 8), .. Enumerable.Repeat(2, 4)];

    private static readonly Targets Known = Targets.Classes(Classes, ["a", "b", "c"]);

    private static readonly Dictionary<string, ISampler> Samplers = new()
    {
        ["random"] = new RandomSampler(), ["sequential"] = new SequentialSampler(), ["balanced"] = new BalancedSampler(),
        ["weighted"] = new WeightedSampler([.. Classes.Select(c => c + 1.0)]), ["grouped"] = new GroupedSampler(Classes),
    };

    public static TheoryData<string> All => [.. Samplers.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Seed_and_epoch_decide_the_order(string name)
    {
        var order = Order(Samplers[name], seed: 1, epoch: 2);
        order.Should().HaveCount(Samplers[name].Draws(Known, 42)).And.OnlyContain(i => i >= 0 && i < 42);
        order.Should().Equal(Order(Samplers[name], seed: 1, epoch: 2));
        if (name == "sequential") return;
        order.Should().NotEqual(Order(Samplers[name], seed: 1, epoch: 3)).And.NotEqual(Order(Samplers[name], seed: 2, epoch: 2));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sequential")]
    [InlineData("grouped")]
    public void Every_example_comes_once(string name) => Order(Samplers[name]).Order().Should().Equal(Enumerable.Range(0, 42));

    [Fact]
    public void Balanced_classes_come_equally_often_and_every_example_before_any_comes_again()
    {
        var order = Order(new BalancedSampler());
        order.CountBy(i => Classes[i]).Should().OnlyContain(count => count.Value == 14);
        foreach (var turns in order.Chunk(3)) turns.Select(i => Classes[i]).Should().OnlyHaveUniqueItems("the classes take turns");
        foreach (var members in order.GroupBy(i => Classes[i]))
            foreach (var pass in members.Chunk(Classes.Count(c => c == members.Key))) pass.Should().OnlyHaveUniqueItems();
        new BalancedSampler().Invoking(sampler => sampler.Draws(new UnlistedTargets("a"), 5))
            .Should().Throw<ArgumentException>().WithMessage("*examples of one class each*");
    }

    [Fact]
    public void Weights_are_proportions_and_a_weight_of_0_is_never_drawn()
    {
        double[] weights = [0, 1, 0, 3, 6, 0];
        var random = new SplitMix64(5);
        var counts = new WeightedSampler(weights, draws: 100_000).Order(new UnlistedTargets(), 6, 8, ref random).CountBy(i => i)
            .ToDictionary();
        counts.Keys.Should().BeEquivalentTo([1, 3, 4]);
        counts[1].Should().BeInRange(9_500, 10_500, "five standard deviations");
        counts[3].Should().BeInRange(29_200, 30_800);
    }

    [Fact]
    public void The_batches_of_a_grouped_sampler_are_of_one_group_but_for_what_is_left_over()
    {
        var batches = Order(new GroupedSampler(Classes)).Chunk(4).Select(batch => batch.Select(i => Classes[i]).Distinct().Count())
            .ToArray();
        batches[..10].Should().OnlyContain(groups => groups == 1);
        batches.Should().HaveCount(11);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Refuses(() => new WeightedSampler([1, -1]), "The weight of example 1 is -1;*");
        Refuses(() => new WeightedSampler([1, double.NaN]), "The weight of example 1 is NaN;*");
        Refuses(() => new WeightedSampler([0, 0]), "The weights sum up to nothing*");
        Refuses(() => new WeightedSampler([1], draws: 0), "*at least one example*");
        Refuses(() => new WeightedSampler([1, 1]).Draws(Known, 42), "The sampler has 2 weights and the training set 42 examples*");
        Refuses(() => new GroupedSampler([1, 1]).Draws(Known, 42), "The sampler has the groups of 2 examples and the training set 42*");
    }

    [Fact]
    public void Descriptions_name_the_settings()
    {
        Samplers.Values.Select(sampler => sampler.Description)
            .Should().Equal("shuffled", "in order", "classes balanced", "drawn by weight, 42 an epoch", "grouped");
    }

    private static int[] Order(ISampler sampler, ulong seed = 0, ulong epoch = 0)
    {
        var random = new SplitMix64(seed, epoch, ulong.MaxValue);
        return sampler.Order(Known, 42, 4, ref random);
    }

    private static void Refuses(Func<object> action, string message) => action.Should().Throw<ArgumentException>().WithMessage(message);
}
