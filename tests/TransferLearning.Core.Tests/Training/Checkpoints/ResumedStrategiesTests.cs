using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training.Checkpoints;

/// <summary>
/// Runs with each strategy that are stopped at each of their events in turn: in a step's batches, in the validation, between two epochs.
/// </summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class ResumedStrategiesTests : IDisposable
{
    private static readonly TrainerOptions Options = Experiment.Options with { Epochs = 3, Optimizer = new AdamW(0.01) };

    private readonly TemporaryFolder _folder = new();
    private readonly Experiment _teacher = new();

    public void Dispose()
    {
        _teacher.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Kinds() =>
    [
        "accumulation", "moving average", "moving average and early stopping", "mean", "L2-SP", "distillation", "mixup", "SAM", "LoRA",
        "LoRA and average", "BitFit",
        "gradual and early stopping", "head first", "head first and moving average", "enough", "enough and mean", "Lion", "AMSGrad", "balanced",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_run_that_was_stopped_anywhere_ends_with_the_same_bits(string kind)
    {
        var options = Options with
        {
            Optimizer = kind switch
            {
                "Lion" => new Lion(1e-3),
                // With so short a memory of squares the largest is not the last.
                "AMSGrad" => new AdamW(0.01) { AmsGrad = true, Beta2 = 0.5 },
                _ => Options.Optimizer,
            },
            Sampler = kind == "balanced" ? new BalancedSampler() : Options.Sampler,
        };
        using var whole = New();
        var events = 0;
        var expected = whole.FitUntil(options, Strategies(kind), _ => ++events < 0);
        events.Should().BeGreaterThan(8);

        for (var last = 1; last < events; last++)
        {
            var checkpointed = options with { Checkpoints = new(_folder.File($"{last}")) { Resume = true, Keep = 1 } };
            using var stopped = New();
            var seen = 0;
            stopped.Model.StopsAt(stopped.Train, stopped.Validation, checkpointed, Strategies(kind), _ => ++seen == last, out _);
            using var resumed = New();
            var report = resumed.Fit(checkpointed, Strategies(kind));

            resumed.State().Should().BeEquivalentTo(whole.State(), $"it was stopped at event {last} of {events}");
            report.Epochs.Select(epoch => epoch with { Seconds = 0 }).Should()
                .BeEquivalentTo(expected.Epochs.Select(epoch => epoch with { Seconds = 0 }));
            (report.StopReason, report.WeightsFromEpoch).Should().Be((expected.StopReason, expected.WeightsFromEpoch));
            new Trainer(Options).Evaluate(resumed.Model, resumed.Validation).Loss.Should()
                .BeApproximately(report.Evaluation!.Loss, 1e-6, "what is measured is what is kept");
            using var artefact = ModelArtefact.Open(Path.Combine(checkpointed.Checkpoints.Folder, "best.safetensors"));
            using var best = artefact.Restore(SmallNetwork.Backbone());
            new Trainer(Options).Evaluate(best, resumed.Validation).Loss.Should()
                .BeApproximately(report.Epochs.Min(epoch => epoch.Evaluation!.Loss), 1e-6);
        }
    }

    /// <summary>With dropout before a batch norm, whose statistics then depend on what is drawn.</summary>
    private static Experiment New() => new(head: new MlpHead(Experiment.Classes, [6, 5], 0.3) { Normalization = HeadNormalization.Batch });

    private IFineTuneStrategy[] Strategies(string kind) => kind switch
    {
        "accumulation" => [new GradientAccumulation(2)],
        "moving average" => [new ExponentialAveraging(0.8)],
        "moving average and early stopping" => [new ExponentialAveraging(0.5), new EarlyStopping(1)],
        "mean" => [new StochasticWeightAveraging(0.3)],
        "L2-SP" => [new L2StartingPoint()],
        "distillation" => [new Distillation(_teacher.Model)],
        "mixup" => [new Mixup()],
        "SAM" => [new SharpnessAwareMinimization()],
        "LoRA" => [new LoraFineTuning(Lora)],
        "LoRA and average" => [new LoraFineTuning(Lora), new ExponentialAveraging(0.8), new EarlyStopping(2)],
        "BitFit" => [new BitFit()],
        "gradual and early stopping" => [new GradualUnfreezing(), new EarlyStopping(2)],
        "head first" => [new FreezeBackbone(epochs: 1)],
        "head first and moving average" => [new FreezeBackbone(epochs: 1), new ExponentialAveraging(0.8), new EarlyStopping(1)],
        "enough" => [Enough()],
        "enough and mean" => [new StochasticWeightAveraging(0), Enough()],
        _ => [],
    };

    private static LoraOptions Lora => new() { Rank = 2, Dropout = 0.2, TargetModules = ["conv1", "conv2"] };

    private static Hook Enough() => new() { OnStepDone = step => { if (step.Session.Step == 5) step.Session.Stop("enough", now: true); } };
}
