using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class CheckpointTests : IDisposable
{
    private static readonly TrainerOptions Long = Experiment.Options with { Epochs = 4, Optimizer = new AdamW(0.01) };

    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("run");

    private CheckpointOptions Checkpoints => new(Folder) { Resume = true, Interval = TimeSpan.Zero };

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Runs() => ["all layers", "head", "head without a cache", "gradual", "momentum", "early stopping"];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_that_was_stopped_after_each_step_in_turn_ends_with_the_same_bits(string run)
    {
        var (options, strategies) = Run(run);
        using var whole = new Experiment(dropout: 0.3);
        var expected = whole.Fit(options, strategies());

        using var parts = new Experiment(dropout: 0.3);
        for (var stops = 0; ; stops++)
        {
            // Each part begins from other weights, as a new process does from the pretrained ones.
            using var part = new Experiment(dropout: 0.3);
            if (!part.StopsAfterAStep(options with { Checkpoints = Checkpoints }, strategies(), out var report)) continue;
            stops.Should().BeGreaterThan(8);
            part.State().Should().BeEquivalentTo(whole.State());
            report!.Epochs.Select(epoch => epoch with { Seconds = 0 }).Should()
                .BeEquivalentTo(expected.Epochs.Select(epoch => epoch with { Seconds = 0 }));
            (report.StopReason, report.WeightsFromEpoch, report.Accuracy).Should()
                .Be((expected.StopReason, expected.WeightsFromEpoch, expected.Accuracy));
            return;
        }
    }

    [Theory]
    [InlineData(true, TrainingPhase.Training)]
    [InlineData(true, TrainingPhase.Validating)]
    [InlineData(false, TrainingPhase.Training)]
    public void A_run_that_a_strategy_stops_within_an_epoch_is_resumed_there(bool now, TrainingPhase cancelledIn)
    {
        IFineTuneStrategy[] Strategies() =>
            [new Hook { OnStepDone = step => { if (step.Session.Step == 4) step.Session.Stop("enough", now); } }];
        using var whole = new Experiment();
        var expected = whole.Fit(Long, Strategies());
        expected.Epochs.Should().HaveCount(2);

        using var stopped = new Experiment();
        stopped.Model.StopsAt(
            stopped.Train, stopped.Validation, Long with { Checkpoints = Checkpoints }, Strategies(), at => at.Epoch == 2 && at.Phase == cancelledIn, out _).Should().BeTrue();
        using var resumed = new Experiment();
        var report = resumed.Fit(Long with { Checkpoints = Checkpoints }, Strategies());
        resumed.State().Should().BeEquivalentTo(whole.State());
        (report.Epochs.Count, report.StopReason, report.Accuracy).Should()
            .Be((expected.Epochs.Count, expected.StopReason, expected.Accuracy));
    }

    [Fact]
    public void With_another_teacher_a_run_does_not_go_on()
    {
        using var teacher = new Experiment();
        using var stopped = new Experiment();
        stopped.StopsAfterAStep(Long with { Checkpoints = Checkpoints }, [new Distillation(teacher.Model)], out _).Should().BeFalse();
        teacher.Fit(Experiment.Options with { Epochs = 1 });
        using var resumed = new Experiment();

        resumed.Invoking(run => run.Fit(Long with { Checkpoints = Checkpoints }, new Distillation(teacher.Model))).Should()
            .Throw<ArgumentException>().WithMessage("*of another run: checksum of what 'distillation*' goes by was '*' and is '*");
    }

    [Fact]
    public void A_run_that_is_held_at_its_start_does_not_go_on_from_another()
    {
        IFineTuneStrategy[] Strategies() => [new L2StartingPoint()];
        using var stopped = new Experiment();
        stopped.StopsAfterAStep(Long with { Checkpoints = Checkpoints }, Strategies(), out _).Should().BeFalse();

        stopped.Invoking(run => run.Fit(Long with { Checkpoints = Checkpoints }, Strategies())).Should()
            .Throw<ArgumentException>("its weights have moved").WithMessage("*of another run: checksum of what 'L2-SP*' goes by was*");
        using var file = WeightFile.Open(Directory.GetFiles(Folder, "checkpoint-*").Single());
        file.Tensors.Keys.Should().NotContain(name => name.StartsWith("training.strategy", StringComparison.Ordinal));
    }

    [Fact]
    public void A_finished_run_that_is_resumed_gives_weights_and_report_without_a_step()
    {
        using var first = new Experiment();
        var expected = first.Fit(Long with { Checkpoints = Checkpoints });
        using var again = new Experiment();
        var report = again.Fit(Long with { Checkpoints = Checkpoints });
        again.Progress.Entries.Should().BeEmpty();
        again.State().Should().BeEquivalentTo(first.State());
        report.Evaluation.Should().BeEquivalentTo(expected.Evaluation);
    }

    [Fact]
    public void Measures_of_an_objective_of_ones_own_are_kept_in_checkpoints_and_reports()
    {
        var options = Long with { Checkpoints = Checkpoints };
        IFineTuneStrategy[] Strategies() => [new EarlyStopping(patience: 2, monitor: "worst")];
        using var whole = new Experiment(objective: new OwnObjective());
        var expected = whole.Fit(Long, Strategies());
        using var stopped = new Experiment(objective: new OwnObjective());
        for (var steps = 0; steps < 5; steps++) stopped.StopsAfterAStep(options, Strategies(), out _).Should().BeFalse();
        using var resumed = new Experiment(objective: new OwnObjective());
        var report = resumed.Fit(options, Strategies());

        resumed.State().Should().BeEquivalentTo(whole.State());
        report.Epochs.Select(epoch => epoch.Evaluation!["worst"]).Should()
            .Equal(expected.Epochs.Select(epoch => epoch.Evaluation!["worst"]));
        report.Evaluation!.Primary.Should().Be(expected.Evaluation!.Primary);
        foreach (var (saved, name) in new[] { (expected, "whole.json"), (report, "resumed.json") })
        {
            saved.Save(_folder.File(name));
            using var json = JsonDocument.Parse(File.ReadAllText(_folder.File(name)));
            json.RootElement.GetProperty("worst").GetDouble().Should().Be(expected.Evaluation!["worst"]);
            json.RootElement.GetProperty("below").GetDouble().Should().Be(expected.Evaluation!["below"]);
            json.RootElement.GetProperty("count").GetInt32().Should().Be(12);
        }
    }

    [Fact]
    public void Checkpoints_change_nothing_in_the_result()
    {
        using var with = new Experiment(dropout: 0.3);
        with.Fit(Long with { Checkpoints = Checkpoints });
        using var without = new Experiment(dropout: 0.3);
        without.Fit(Long);
        with.State().Should().BeEquivalentTo(without.State());
    }

    [Fact]
    public void A_checkpoint_is_a_saved_model()
    {
        using var experiment = new Experiment();
        experiment.Fit(Long with { Checkpoints = Checkpoints });
        using var artefact = ModelArtefact.Open(Path.Combine(Folder, "checkpoint-00000012.safetensors"));
        artefact.Lacks.Should().BeNull("every layer was trained");
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        using var output = Logits(restored, experiment.Images);
        using var expected = Logits(experiment.Model, experiment.Images);
        output.bytes.SequenceEqual(expected.bytes).Should().BeTrue();
    }

    [Fact]
    public void Another_run_cannot_go_on_from_it()
    {
        using var experiment = new Experiment();
        experiment.Fit(Long with { Checkpoints = Checkpoints });
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints, BatchSize = 6, Seed = 3 }))
            .Should().Throw<ArgumentException>().WithMessage("*another run: seed was '0' and is '3'; batch size was '8' and is '6'*");
    }

    [Fact]
    public void Settings_of_head_objective_and_strategies_are_those_of_the_run()
    {
        using var first = new Experiment(objective: new CrossEntropy { ClassWeights = [1, 1, 1, 2] });
        first.Fit(Long with { Checkpoints = Checkpoints }, new EarlyStopping());
        using var equal = new Experiment(objective: new CrossEntropy { ClassWeights = new List<float> { 1, 1, 1, 2 } });
        equal.Fit(Long with { Checkpoints = Checkpoints }, new EarlyStopping()).Epochs.Should().HaveCount(4);
        using var other = new Experiment(objective: new CrossEntropy { ClassWeights = [1, 1, 1, 3] });
        other.Invoking(
            e => e.Fit(Long with { Checkpoints = Checkpoints }, new EarlyStopping(monitor: "accuracy"))).Should().Throw<ArgumentException>()
            .WithMessage(
                "*objective was '*\"classWeights\":[1,1,1,2]*'; strategies was 'early stopping, patience 3' and is 'early stopping, "
                + "patience 3 by accuracy'*");
        other.Invoking(
            e => new Trainer(Long with { Checkpoints = Checkpoints }, new EarlyStopping()).Fit(e.Model, e.Train.Subset([.. Enumerable.Range(0, 24).Reverse()]), e.Validation))
            .Should().Throw<ArgumentException>().WithMessage("*checksum of the training examples was*");
    }

    [Theory]
    [InlineData(1, 0, "training")]
    [InlineData(0, 1, "validation")]
    public void Examples_that_were_replaced_under_the_same_targets_are_noticed(float train, float validation, string name)
    {
        using var experiment = new Experiment();
        Fit(0, 0);
        Fit(0, 0).Epochs.Should().HaveCount(4);
        FluentActions.Invoking(() => Fit(train, validation)).Should().Throw<ArgumentException>()
            .WithMessage($"*checksum of the {name} examples was*");

        TrainingReport Fit(float first, float second) =>
            new Trainer(Long with { Checkpoints = Checkpoints }).Fit(experiment.Model, Examples(8, first), Examples(4, second));

        static ExampleDataset Examples(int count, float shift) => new ExampleDataset(
            count + 1, position => (new TensorSet(full([3, 8, 8], position + shift)), new TensorSet(tensor((long)position % 4))),
                new UnlistedTargets(Experiment.Classes)).Subset([.. Enumerable.Range(0, count)]);
    }

    [Fact]
    public void Cancellation_writes_a_checkpoint_and_says_how_to_go_on()
    {
        using var experiment = new Experiment();
        experiment.Stop(Long with { Checkpoints = Checkpoints with { Interval = TimeSpan.FromHours(1) } }, step: 5)
            .Message.Should().Match("*epoch 2, after 5 steps*run': resume to go on.");
        File.Exists(Path.Combine(Folder, "checkpoint-00000005.safetensors")).Should().BeTrue();
    }

    private static (TrainerOptions Options, Func<IFineTuneStrategy[]> Strategies) Run(string run) => run switch
    {
        "head" => (Long, () => [new FreezeBackbone(), new CosineDecay(0.2)]),
        "head without a cache" => (Long with { FeatureCacheBytes = 0 }, () => [new FreezeBackbone()]),
        "gradual" => (Long, () => [new GradualUnfreezing(), new CosineDecay()]),
        "momentum" => (Long with { Optimizer = new Sgd(0.05, 0.9), ClipGradientNorm = 1 }, () => [new FreezeBatchNorm()]),
        "early stopping" =>
            (Long with { Epochs = 8, Optimizer = new AdamW(0.3) }, () => [new EarlyStopping(patience: 2, monitor: "accuracy")]),
        _ => (Long, () => [new StepDecay(1, 0.5)]),
    };

    private static Tensor Logits(TransferModel model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return model.Forward(images).Values.contiguous().MoveToOuterDisposeScope();
    }
}
