using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

/// <summary>What lies in the folder of a run, and what becomes of it.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly TrainerOptions Long = Experiment.Options with { Epochs = 4, Optimizer = new AdamW(0.01) };

    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("run");

    private CheckpointOptions Checkpoints => new(Folder) { Resume = true, Interval = TimeSpan.Zero };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_folder_keeps_the_newest_and_the_best()
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(Long with { Checkpoints = Checkpoints with { Keep = 3 } });
        Directory.GetFiles(Folder).Select(Path.GetFileName).Where(name => name != ".lock").Order()
            .Should().Equal(
                "best.safetensors", "checkpoint-00000010.safetensors", "checkpoint-00000011.safetensors", "checkpoint-00000012.safetensors");

        using var artefact = ModelArtefact.Open(Path.Combine(Folder, "best.safetensors"));
        using var best = artefact.Restore(SmallNetwork.Backbone());
        new Trainer(Experiment.Options).Evaluate(best, experiment.Validation).Loss.Should()
            .BeApproximately(report.Epochs.Min(epoch => epoch.Evaluation!.Loss), 1e-6);
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over_for_the_one_before()
    {
        using var whole = new Experiment();
        whole.Fit(Long);
        using var experiment = new Experiment();
        experiment.Stop(Long with { Checkpoints = Checkpoints }, step: 7);
        File.WriteAllBytes(
            Path.Combine(Folder, "checkpoint-00000007.safetensors"), File.ReadAllBytes(Path.Combine(Folder, "checkpoint-00000007.safetensors"))[..^100]);
        using var again = new Experiment();
        again.Fit(Long with { Checkpoints = Checkpoints });
        again.State().Should().BeEquivalentTo(whole.State());
    }

    [Fact]
    public void One_whose_strategies_are_damaged_is_passed_over_for_one_that_holds_less()
    {
        IFineTuneStrategy[] Strategies() => [new FreezeBackbone(epochs: 1), new EarlyStopping()];
        using var whole = new Experiment();
        whole.Fit(Long, Strategies());
        using var stopped = new Experiment();
        stopped.Model.StopsAt(
            stopped.Train, stopped.Validation, Long with { Checkpoints = Checkpoints }, Strategies(), now => now is { Phase: TrainingPhase.Training, Epoch: 2 }, out _).Should().BeTrue();
        var newest = Path.Combine(Folder, "checkpoint-00000004.safetensors");
        File.WriteAllText(
            newest, File.ReadAllText(newest, Encoding.Latin1).Replace("\"reference\"", "\"rEference\"", StringComparison.Ordinal), Encoding.Latin1);
        using var again = new Experiment();
        again.Fit(Long with { Checkpoints = Checkpoints }, Strategies());
        again.State().Should().BeEquivalentTo(whole.State());
    }

    [Fact]
    public void A_damaged_checkpoint_does_not_push_out_one_that_can_be_read()
    {
        using var experiment = new Experiment();
        experiment.Stop(Long with { Checkpoints = Checkpoints }, step: 7);
        File.WriteAllText(Path.Combine(Folder, "checkpoint-00000011.safetensors"), "damaged");
        using var again = new Experiment();
        again.Stop(Long with { Checkpoints = Checkpoints with { Keep = 1 } }, step: 2);
        Directory.GetFiles(Folder, "checkpoint-*").Select(Path.GetFileName).Should().Equal("checkpoint-00000009.safetensors");
    }

    [Fact]
    public void Where_none_can_be_read_the_run_does_not_start_anew_in_silence()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "checkpoint-00000003.safetensors"), "no checkpoint");
        using var experiment = new Experiment();
        var before = experiment.State();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<WeightFormatException>()
            .WithMessage("*checkpoint-00000003.safetensors*");
        experiment.State().Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_saved_model_without_training_state_is_no_checkpoint()
    {
        using var experiment = new Experiment();
        experiment.Model.Save(Path.Combine(Folder, "checkpoint-00000003.safetensors"));
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<WeightFormatException>()
            .WithMessage("*no training state*");
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
            OnEpochDone = session => refusal ??= session.Epoch > 0
                ? null
                : Record.Exception(() => other.Fit(Long with { Checkpoints = Checkpoints })) as IOException,
        });
        refusal!.Message.Should().Contain("another run");
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
        Skip.IfNot(
            OperatingSystem.IsLinux() && Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk), "A small disk needs the right to mount one.");
        try
        {
            using var experiment = new Experiment();
            experiment.Invoking(
                e => e.FitUntil(Long with { Checkpoints = Checkpoints }, [], now => now is { Phase: TrainingPhase.Training, Epoch: 2, Batch: 2 } && Fill(ballast)))
                .Should().Throw<IOException>().WithMessage(
                    "*checkpoint-00000005.safetensors' cannot be written*space*checkpoint-00000004.safetensors' is intact*");
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
        var leftover = Path.Combine(Folder, $"checkpoint-00000004.safetensors.{Guid.NewGuid():N}.tmp");
        string[] others = [
            .. new[] { "best.safetensors.sha256", "checkpoint-00000004.safetensors.backup", "mine.safetensors.json" }.Select(name => Path.Combine(Folder, name))];
        foreach (var file in others.Append(leftover)) File.WriteAllText(file, "half");
        using var experiment = new Experiment();
        experiment.Fit(Long with { Checkpoints = Checkpoints });
        File.Exists(leftover).Should().BeFalse();
        others.Should().OnlyContain(file => File.Exists(file), "they are not the run's");
    }

    [Fact]
    public void A_file_in_the_folders_place_is_named()
    {
        File.WriteAllText(Folder, "a file");
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<IOException>()
            .WithMessage("*run' cannot take checkpoints*");
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_named_itself()
    {
        // A folder in the lock's place cannot be opened as a file, as none can in a folder that may only be read.
        Directory.CreateDirectory(Path.Combine(Folder, ".lock"));
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<IOException>()
            .WithMessage($"The folder '{Folder}' may not be written, so it cannot take checkpoints.");
    }

    [Fact]
    public void A_folder_of_another_run_is_named_without_its_lock()
    {
        Directory.CreateDirectory(Folder);
        using var other = new FileStream(Path.Combine(Folder, ".lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Long with { Checkpoints = Checkpoints })).Should().Throw<IOException>()
            .WithMessage($"The folder '{Folder}' cannot take checkpoints, perhaps because another run uses it: *'{Folder}'*")
            .Which.Message.Should().NotContain(".lock");
    }

    [Fact]
    public void The_same_moment_is_not_written_twice()
    {
        var options = Long with { Checkpoints = Checkpoints };
        var (first, again) = (new WrittenCheckpoints(), new WrittenCheckpoints());
        using var source = new CancellationTokenSource();
        using var experiment = new Experiment();
        // What is written after the step is what its cancellation would write.
        var cancelling = new Hook { OnStepDone = step => { if (step.Session.Step == 2) source.Cancel(); } };
        FluentActions.Invoking(() => new Trainer(options, cancelling) { Logger = first }.Fit(
            experiment.Model, experiment.Train, cancellationToken: source.Token)).Should().Throw<OperationCanceledException>();
        first.Count.Should().Be(2);

        using var resumed = new Experiment();
        FluentActions.Invoking(() => new Trainer(options, new Hook()) { Logger = again }.Fit(
            resumed.Model, resumed.Train, cancellationToken: source.Token)).Should().Throw<OperationCanceledException>();
        again.Count.Should().Be(0, "nothing has been done since the checkpoint that it went on from");
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

    /// <summary>Counts the lines that say so.</summary>
    private sealed class WrittenCheckpoints : ILogger
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Count += formatter(state, exception).StartsWith("Checkpoint '", StringComparison.Ordinal) ? 1 : 0;
    }

    private static bool Command(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
