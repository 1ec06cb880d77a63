namespace TransferLearning.Tests.Adapters;

public sealed class LoraOptionsTests
{
    public static TheoryData<LoraOptions, string> Bad => new()
    {
        { new() { Rank = 0 }, "*rank of LoRA is 1 or more*" },
        { new() { RankPattern = new Dictionary<string, int> { ["query"] = -1 } }, "*rank of LoRA is 1 or more*" },
        { new() { Alpha = 0 }, "*alpha of LoRA is a number above 0*" },
        { new() { Alpha = double.NaN }, "*alpha of LoRA is a number above 0*" },
        { new() { AlphaPattern = new Dictionary<string, double> { ["query"] = double.PositiveInfinity } },
            "*alpha of LoRA is a number above 0*" },
        { new() { Dropout = 1 }, "*from 0 to below 1*" },
        { new() { Bias = (LoraBias)7 }, "*None, All or LoraOnly*" },
        { new() { TargetModules = [] }, "*no target modules*all-linear*" },
        { new() { TargetModules = ["("] }, "*'(' names no modules*" },
        { new() { ExcludedModules = ["(?=x)y"] }, "*'(?=x)y' names no modules*look-around*" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void A_bad_option_is_named(LoraOptions options, string message)
    {
        using var model = TinyBert.Model();
        model.Invoking(m => new Lora(m.Backbone, options)).Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void The_scale_is_alpha_by_the_rank_or_its_root_each_of_the_module()
    {
        var options = new LoraOptions
        {
            Rank = 4, Alpha = 8, RankPattern = new Dictionary<string, int> { ["value"] = 2 }, AlphaPattern = new Dictionary<string,
                double> { ["layer.1.query"] = 16 },
        };
        new[] { "layer.0.query", "layer.1.query", "layer.11.query", "layer.1.value" }.Select(options.ScaleOf).Should().Equal(2, 4, 2, 4);
        (options with { IsRankStabilized = true }).ScaleOf("layer.0.query").Should().Be(4);
    }

    [Fact]
    public void Options_are_the_same_after_saving()
    {
        var options = new LoraOptions
        {
            Rank = 3, Alpha = 0.5, IsRankStabilized = true, Dropout = 0.1, TargetModules = ["a", "b"], ExcludedModules = ["c"],
                Bias = LoraBias.All, Seed = -5,
            RankPattern = new Dictionary<string, int> { ["a"] = 2 }, AlphaPattern = new Dictionary<string, double> { ["b"] = 1.5 },
        };
        LoraOptions.Read(options.ToJson()).Should().BeEquivalentTo(options);
    }
}
