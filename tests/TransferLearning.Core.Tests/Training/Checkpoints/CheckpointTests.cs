using System.Diagnostics;
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
            if (!StopsAfterAStep(part, options with { Checkpoints = Checkpoints }, strategies(), out var report)) continue;
            stops.Should().BeGreaterThan(8);
            part.State().Should().BeEquivalentTo(whole.State());
            report!.Epochs.Select(epoch => epoch with { Seconds = 0 }).Should().BeEquivalentTo(expected.Epochs.Select(epoch => epoch with { Seconds = 0 }));
            (report.StopReason, report.WeightsFromEpoch, report.Accuracy).Should().Be((expected.StopReason, expected.WeightsFromEpoch, expected.Accuracy));
            return;
        }
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
        IFineTuneStrategy[] Strategies() => [new EarlyStopping(patience: 2, monitor: MonitoredValue.Score)];
        using var whole = new Experiment(objective: new OwnObjective());
        var expected = whole.Fit(Long, Strategies());
        using var stopped = new Experiment(objective: new OwnObjective());
        for (var steps = 0; steps < 5; steps++) StopsAfterAStep(stopped, options, Strategies(), out _).Should().BeFalse();
        using var resumed = new Experiment(objective: new OwnObjective());
        var report = resumed.Fit(options, Strategies());

        resumed.State().Should().BeEquivalentTo(whole.State());
        report.Epochs.Select(epoch => epoch.Evaluation!.Score).Should().Equal(expected.Epochs.Select(epoch => epoch.Evaluation!.Score));
        foreach (var (saved, name) in new[] { (expected, "whole.json"), (report, "resumed.json") })
        {
            saved.Save(_folder.File(name));
            using var json = JsonDocument.Parse(File.ReadAllText(_folder.File(name)));
            json.RootElement.GetProperty("worst").GetDouble().Should().Be(expected.Evaluation!.Score);
            json.RootElement.GetProperty("score").GetDouble().Should().Be(expected.Evaluation!.Score);
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
    public void The_folder_keeps_the_newest_and_the_best()
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(Long with { Checkpoints = Checkpoints with { Keep = 3 } });
        Directory.GetFiles(Folder).Select(Path.GetFileName).Where(name => name != ".lock").Order()
            .Should().Equal("best.safetensors", "checkpoint-00000010.safetensors", "checkpoint-00000011.safetensors", "checkpoint-00000012.safetensors");

        using var artefact = ModelArtefact.Open(Path.Combine(Folder, "best.safetensors"));
        using var best = artefact.Restore(SmallNetwork.Backbone());
        var evaluation = (ClassificationEvaluation)new Trainer(Experiment.Options).Evaluate(best, experiment.Validation);
        evaluation.Accuracy.Should().Be(report.Epochs.Max(epoch => epoch.Evaluation!.Score));
    }

    [Fact]
    public void A_checkpoint_is_a_saved_model()
    {
        using var experiment = new Experiment();
        experiment.Fit(Long with { Checkpoints = Checkpoints });
        using var artefact = ModelArtefact.Open(Path.Combine(Folder, "checkpoint-00000012.safetensors"));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        using var output = Logits(restored, experiment.Images);
        using var expected = Logits(experiment.Model, experiment.Images);
        output.bytes.SequenceEqual(expected.bytes).Should().BeTrue();
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_for_the_one_before()
    {
        using var whole = new Experiment();
        whole.Fit(Long);
        using var experiment = new Experiment();
        Stop(experiment, Long with { Checkpoints = Checkpoints }, step: 7);
        File.WriteAllBytes(Path.Combine(Folder, "checkpoint-00000007.safetensors"), File.ReadAllBytes(Path.Combine(Folder, "checkpoint-00000007.safetensors"))[..^100]);
        using var again = new Experiment();
        again.Fit(Long with { Checkpoints = Checkpoints });
        again.State().Should().BeEquivalentTo(whole.State());
    }

    [Fact]
    public void Where_none_can_be_read_the_run_does_not_start_anew_in_silence()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "checkpoint-00000003.safetensors"), "no checkpoint");
        using var experiment = new Experiment();
        var before = experiment.State();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<WeightFormatException>().WithMessage("*checkpoint-00000003.safetensors*");
        experiment.State().Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_saved_model_without_training_state_is_no_checkpoint()
    {
        using var experiment = new Experiment();
        experiment.Model.Save(Path.Combine(Folder, "checkpoint-00000003.safetensors"));
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<WeightFormatException>().WithMessage("*no training state*");
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
    public void Without_resume_a_folder_with_checkpoints_is_refused()
    {
        using var experiment = new Experiment();
        experiment.Fit(Long with { Checkpoints = Checkpoints });
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints with { Resume = false } }))
            .Should().Throw<ArgumentException>().WithMessage("*set Resume to go on*");
    }

    [Fact]
    public void Two_runs_cannot_share_a_folder()
    {
        using var experiment = new Experiment();
        using var other = new Experiment();
        IOException? refusal = null;
        experiment.Fit(Long with { Checkpoints = Checkpoints }, new Hook
        {
            OnEpochDone = session => refusal ??= session.Epoch > 0 ? null : Record.Exception(() => other.Fit(Long with { Checkpoints = Checkpoints })) as IOException,
        });
        refusal!.Message.Should().Contain("another run");
    }

    [Fact]
    public void Cancellation_writes_a_checkpoint_and_says_how_to_go_on()
    {
        using var experiment = new Experiment();
        Stop(experiment, Long with { Checkpoints = Checkpoints with { Interval = TimeSpan.FromHours(1) } }, step: 5)
            .Message.Should().Match("*epoch 2, after 5 steps*run': resume to go on.");
        File.Exists(Path.Combine(Folder, "checkpoint-00000005.safetensors")).Should().BeTrue();
    }

    [Fact]
    public void Where_a_checkpoint_cannot_be_written_the_last_good_one_is_intact()
    {
        using var whole = new Experiment();
        whole.Fit(Long);
        // A folder of that name stands in the way, as a full disk would.
        Directory.CreateDirectory(Path.Combine(Folder, "checkpoint-00000005.safetensors", "x"));
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<IOException>()
            .WithMessage("*checkpoint-00000005.safetensors' cannot be written*checkpoint-00000004.safetensors' is intact*");
        Directory.Delete(Path.Combine(Folder, "checkpoint-00000005.safetensors"), recursive: true);

        using var again = new Experiment();
        again.Fit(Long with { Checkpoints = Checkpoints });
        again.State().Should().BeEquivalentTo(whole.State());
    }

    [SkippableFact]
    public void A_full_disk_leaves_the_last_good_checkpoint()
    {
        using var whole = new Experiment();
        whole.Fit(Long);
        var (disk, ballast) = (Directory.CreateDirectory(Folder).FullName, Path.Combine(Folder, "ballast"));
        Skip.IfNot(OperatingSystem.IsLinux() && Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk), "A small disk needs the right to mount one.");
        try
        {
            using var experiment = new Experiment();
            experiment.Invoking(e => Fit(e, Long with { Checkpoints = Checkpoints }, [], now => now is { Phase: TrainingPhase.Training, Epoch: 1, Batch: 2 } && Fill(ballast)))
                .Should().Throw<IOException>().WithMessage("*checkpoint-00000005.safetensors' cannot be written*space*checkpoint-00000004.safetensors' is intact*");
            File.Delete(ballast);

            using var again = new Experiment();
            again.Fit(Long with { Checkpoints = Checkpoints });
            again.State().Should().BeEquivalentTo(whole.State());
        }
        finally
        {
            Command("umount", disk).Should().BeTrue();
        }
    }

    [Fact]
    public void What_a_killed_write_left_is_removed()
    {
        Directory.CreateDirectory(Folder);
        var leftover = Path.Combine(Folder, "checkpoint-00000004.safetensors.abc123");
        File.WriteAllText(leftover, "half");
        using var experiment = new Experiment();
        experiment.Fit(Long with { Checkpoints = Checkpoints });
        File.Exists(leftover).Should().BeFalse();
    }

    [Fact]
    public void A_file_in_the_folders_place_is_named()
    {
        File.WriteAllText(Folder, "a file");
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<IOException>().WithMessage("*run' cannot take checkpoints*");
    }

    [Theory]
    [InlineData("", 1, 2, "*no name*")]
    [InlineData("x", -1, 2, "*Interval*")]
    [InlineData("x", 1, 0, "*Keep is 0*")]
    public void Options_out_of_range_are_named(string folder, int seconds, int keep, string message)
    {
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = new(folder) { Interval = TimeSpan.FromSeconds(seconds), Keep = keep } }))
            .Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static (TrainerOptions Options, Func<IFineTuneStrategy[]> Strategies) Run(string run) => run switch
    {
        "head" => (Long, () => [new FreezeBackbone(), new CosineDecay(0.2)]),
        "head without a cache" => (Long with { FeatureCacheBytes = 0 }, () => [new FreezeBackbone()]),
        "gradual" => (Long, () => [new GradualUnfreezing(), new CosineDecay()]),
        "momentum" => (Long with { Optimizer = new Sgd(0.05, 0.9), ClipGradientNorm = 1 }, () => [new FreezeBatchNorm()]),
        "early stopping" => (Long with { Epochs = 8, Optimizer = new AdamW(0.3) }, () => [new EarlyStopping(patience: 2, monitor: MonitoredValue.Score)]),
        _ => (Long, () => [new StepDecay(1, 0.5)]),
    };

    /// <summary>Makes one step more than the checkpoints have; false where that was not the end.</summary>
    private static bool StopsAfterAStep(Experiment experiment, TrainerOptions options, IFineTuneStrategy[] strategies, out TrainingReport? report)
    {
        try
        {
            report = Fit(experiment, options, strategies, now => now.Phase == TrainingPhase.Training);
            return true;
        }
        catch (OperationCanceledException)
        {
            report = null;
            return false;
        }
    }

    private static OperationCanceledException Stop(Experiment experiment, TrainerOptions options, int step)
    {
        var steps = 0;
        return experiment.Invoking(e => Fit(e, options, [], now => now.Phase == TrainingPhase.Training && ++steps == step))
            .Should().Throw<OperationCanceledException>().Which;
    }

    private static TrainingReport Fit(Experiment experiment, TrainerOptions options, IFineTuneStrategy[] strategies, Predicate<TrainingProgress> isLast)
    {
        using var stop = new CancellationTokenSource();
        return new Trainer(options, strategies).Fit(
            experiment.Model, experiment.Train, experiment.Validation, new StopAfter(isLast, stop), stop.Token);
    }

    /// <summary>Writes a file until the disk is full, as soon as no old checkpoint is being removed any more.</summary>
    private bool Fill(string path)
    {
        SpinWait.SpinUntil(() => Directory.GetFiles(Folder, "checkpoint-*").Length <= Checkpoints.Keep);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var i = 0; i < 10_000; i++) file.Write(new byte[1024]);
        }
        catch (IOException)
        {
            return false;
        }
        throw new InvalidOperationException("The disk does not fill.");
    }

    private static bool Command(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static Tensor Logits(TransferModel model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return model.Forward(new ModelInput(images)).contiguous().MoveToOuterDisposeScope();
    }

    private sealed class StopAfter(Predicate<TrainingProgress> isLast, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress now)
        {
            if (isLast(now)) stop.Cancel();
        }
    }
}
