using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Strategies.Logs;

[NoTensorLeaks(MakesModels = true)]
public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("log/run1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Loss_and_rate_are_there_by_step_and_all_numbers_by_epoch()
    {
        using var _ = new UnderCulture("de-DE");
        using var experiment = new Experiment();
        List<float> losses = [];
        var report = experiment.Fit(
            Experiment.Options, new CosineDecay(), new TensorBoardLog(Folder), new Hook { OnStepDone = step => losses.Add(step.Loss.item<float>()) });

        var scalars = EventFile.Scalars(Folder);
        Of("step/loss").Should().Equal(losses.Select((loss, i) => (i + 1L, loss)));
        Of("step/learningRate").Select(one => one.At).Should().Equal(Enumerable.Range(1, 9).Select(i => (long)i));
        Of("step/learningRate")[^1].Value.Should().Be((float)report.Epochs[^1].LearningRate);
        Of("epoch/trainLoss").Should().Equal(report.Epochs.Select(epoch => ((long)epoch.Epoch, (float)epoch.TrainLoss)));
        Of("epoch/validationLoss").Should().Equal(report.Epochs.Select(epoch => ((long)epoch.Epoch, (float)epoch.Evaluation!.Loss)));
        Of("epoch/accuracy").Should().Equal(report.Epochs.Select(epoch => ((long)epoch.Epoch, (float)epoch.Evaluation!.Accuracy)));
        scalars.Select(one => one.Tag).Distinct().Should().BeEquivalentTo(
            "step/loss", "step/learningRate", "epoch/trainLoss", "epoch/validationLoss", "epoch/accuracy", "epoch/macroF1", "epoch/learningRate", "epoch/seconds");

        List<(long At, float Value)> Of(string tag) => [.. scalars.Where(one => one.Tag == tag).Select(one => (one.At, one.Value))];
    }

    [Fact]
    public void A_run_that_goes_on_has_the_log_of_one_that_nothing_disturbed()
    {
        var whole = Log(_folder.File("whole"), null);
        whole.Should().HaveCount(2 * 12 + 4 * 5);

        // The checkpoint is of the end of the first epoch; five steps more are in the log when the run dies.
        using (var killed = new Experiment())
        {
            var checkpoints = new CheckpointOptions(_folder.File("checkpoints"));
            var died = () => killed.Fit(
                Options(checkpoints with { Interval = TimeSpan.Zero, Keep = 8 }), new TensorBoardLog(Folder), new Hook { OnStepDone = step => Die(step.Session) });
            died.Should().Throw<InvalidOperationException>();
        }
        foreach (var newer in Directory.GetFiles(_folder.File("checkpoints"), "checkpoint-*").Order().Skip(1)) File.Delete(newer);
        using (var torn = File.OpenWrite(Directory.GetFiles(Folder).Single()))
        {
            torn.Seek(0, SeekOrigin.End);
            torn.Write([40, 0, 0, 0]);
        }

        Log(Folder, new CheckpointOptions(_folder.File("checkpoints")) { Resume = true }).Should().Equal(whole);

        static void Die(TrainingSession session)
        {
            if (session.Step == 8) throw new InvalidOperationException("killed");
        }
    }

    [Fact]
    public void Batches_of_one_step_are_one_value()
    {
        using var one = new Experiment();
        one.Fit(Experiment.Options with { BatchSize = 8 }, new TensorBoardLog(_folder.File("one")));
        using var gathered = new Experiment();
        var report = gathered.Fit(
            Experiment.Options with { BatchSize = 4 }, new GradientAccumulation(2), new FreezeBatchNorm(), new TensorBoardLog(Folder));
        var losses = EventFile.Scalars(Folder).Where(scalar => scalar.Tag == "step/loss").ToList();
        losses.Should().HaveCount(9);
        losses.Take(3).Average(scalar => scalar.Value).Should().BeApproximately((float)report.Epochs[0].TrainLoss, 1e-5f);
    }

    [Fact]
    public void Steps_between_are_left_out()
    {
        using var experiment = new Experiment();
        experiment.Fit(Experiment.Options, new TensorBoardLog(Folder, every: 4));
        EventFile.Scalars(Folder).Where(scalar => scalar.Tag == "step/loss").Select(scalar => scalar.At).Should().Equal(4, 8);
        new TensorBoardLog(Folder, every: 4).Description.Should().Be("log for TensorBoard every 4 steps");
    }

    [Fact]
    public void A_new_run_replaces_its_own_log_and_no_other_file()
    {
        _folder.Write("log/run1/events.out.tfevents.1.machine", [1, 2, 3]);
        for (var run = 0; run < 2; run++)
        {
            using var experiment = new Experiment();
            experiment.Fit(Experiment.Options, new TensorBoardLog(Folder));
        }
        Directory.GetFiles(Folder).Should().HaveCount(2);
        File.ReadAllBytes(_folder.File("log/run1/events.out.tfevents.1.machine")).Should().Equal(1, 2, 3);
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        FluentActions.Invoking(() => new TensorBoardLog(" ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new TensorBoardLog("log", every: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static TrainerOptions Options(CheckpointOptions? checkpoints) =>
        Experiment.Options with { Epochs = 4, Checkpoints = checkpoints };

    private static List<(string, long, float)> Log(string folder, CheckpointOptions? checkpoints)
    {
        using var experiment = new Experiment();
        experiment.Fit(Options(checkpoints), new TensorBoardLog(folder), new Hook());
        return [.. EventFile.Scalars(folder).Where(scalar => scalar.Tag != "epoch/seconds")];
    }
}
