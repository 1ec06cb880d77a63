using TransferLearning.TestKit;

namespace TransferLearning.Tests.Strategies;

/// <summary>Learning rates as functions of the step, against PyTorch's and Hugging Face's.</summary>
public sealed class ScheduleTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/schedules");

    public static TheoryData<string> Cases => GoldenTraining.Cases("schedules", but: ["discriminative"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Factors_are_the_references(string name)
    {
        var golden = Golden.Case(name);
        var options = golden.GetProperty("options");
        // Past its end the reference's cosine rises again; ours has ended.
        var steps = (int)options.NumberOr("num_training_steps", options.NumberOr("T_max", options.NumberOr("t_initial", 16)));
        LearningRateSchedule schedule = name switch
        {
            "step" => new StepDecay(options.GetProperty("step_size").GetInt32(), options.GetProperty("gamma").GetDouble()),
            "exponential" => new ExponentialDecay(options.GetProperty("gamma").GetDouble()),
            "hf_constant_with_warmup" => new StepDecay(1, factor: 1, warmup: 4.0 / 16),
            "hf_linear" or "hf_linear_no_warmup" => new LinearDecay(options.NumberOr("num_warmup_steps", 0) / steps),
            _ => new CosineDecay(
                options.NumberOr("num_warmup_steps", 0) / steps,
                options.NumberOr("min_lr_rate", options.NumberOr("eta_min", options.NumberOr("lr_min", 0)) / 0.1)),
        };
        var expected = golden.GetProperty("values")[0].Numbers();
        for (var step = 0; step < Math.Min(steps + 1, expected.Length); step++)
            (0.1 * schedule.Factor(step, steps, stepsPerEpoch: 1)).Should().BeApproximately(expected[step], 1e-9 * 0.1, $"step {step}");
    }

    [Fact]
    public void Decays_by_epoch_are_constant_within_an_epoch_and_count_from_the_end_of_the_warm_up()
    {
        var schedule = new ExponentialDecay(0.5, warmup: 0.25);
        Enumerable.Range(0, 16).Select(step => schedule.Factor(step, 16, stepsPerEpoch: 4))
            .Should().Equal(0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25);
    }

    [Fact]
    public void The_cosine_stays_at_its_floor_after_its_end() =>
        new CosineDecay(floor: 0.1).Factor(30, 20, 5).Should().BeApproximately(0.1, 1e-12);

    [Fact]
    public void Descriptions_name_the_settings()
    {
        new CosineDecay(0.1, 0.05).Description.Should().Be("cosine decay to 0.05, warm-up 0.1");
        new StepDecay(3).Description.Should().Be("step decay, times 0.1 every 3 epochs");
        new ExponentialDecay(0.9).Description.Should().Be("exponential decay, times 0.9 an epoch");
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        var refused = new Func<LearningRateSchedule>[]
        {
            () => new CosineDecay(warmup: 1), () => new CosineDecay(warmup: double.NaN), () => new CosineDecay(floor: -0.1),
            () => new StepDecay(0), () => new StepDecay(2, factor: 0), () => new ExponentialDecay(1.5),
        };
        foreach (var create in refused) create.Should().Throw<ArgumentOutOfRangeException>();
    }
}
