using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Strategies;

[NoTensorLeaks(MakesModels = true)]
public sealed class EarlyStoppingTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/early_stopping");

    public static TheoryData<string> Cases => GoldenTraining.Cases("early_stopping");

    /// <summary>Our semantics is the file's recommended one, which is fastai's: Lightning's with NaN as "not better".</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Stops_when_the_reference_does_and_gives_its_best_epoch(string name)
    {
        var golden = Golden.Case(name);
        var expected = golden.GetProperty("fastai");
        using var experiment = new Experiment();
        var stopping = new EarlyStopping(
            golden.GetProperty("patience").GetInt32(), golden.GetProperty("min_delta").GetDouble(),
            golden.GetProperty("mode").GetString() == "max" ? "value" : "loss");

        var metric = golden.GetProperty("metric").Numbers();
        using var session = Run(experiment, stopping, metric);

        session.Epochs.Should().HaveCount(expected.GetProperty("epochs_run").GetInt32());
        (session.StopReason is not null).Should().Be(expected.GetProperty("stopped").GetBoolean());
        var best = expected.GetProperty("best_epoch").GetInt32();
        session.WeightsFromEpoch.Should().Be(best + 1);
        session.Evaluation!.Loss.Should().Be(metric[best]);
        Bias(experiment).Should().Be(best);
    }

    [Fact]
    public void Without_a_number_in_any_epoch_the_last_weights_stay()
    {
        using var experiment = new Experiment();
        using var session = Run(experiment, new EarlyStopping(patience: 2), [double.NaN, double.NaN, double.NaN]);
        (session.Epochs.Count, session.WeightsFromEpoch, Bias(experiment)).Should().Be((2, 2, 1));
    }

    [Fact]
    public void Restoring_is_optional()
    {
        using var experiment = new Experiment();
        using var session = Run(experiment, new EarlyStopping(patience: 2, restoreBest: false), [1, 2, 3, 4]);
        (session.WeightsFromEpoch, Bias(experiment)).Should().Be((3, 2));
    }

    [Fact]
    public void The_best_epochs_weights_come_back_bit_for_bit_with_buffers_and_evaluation()
    {
        using var experiment = new Experiment();
        List<(Dictionary<string, byte[]> State, double Loss)> epochs = [];
        var report = experiment.Fit(Experiment.Options with { Epochs = 8, Optimizer = new Sgd(0.8) }, new EarlyStopping(patience: 8),
            new Hook { OnEpochDone = session => epochs.Add((experiment.State(), session.Evaluation!.Loss)) });

        var best = epochs.MinBy(epoch => epoch.Loss);
        report.WeightsFromEpoch.Should().Be(epochs.IndexOf(best) + 1).And.BeLessThan(8, "a rate so high makes it worse again");
        report.Evaluation!.Loss.Should().Be(best.Loss);
        experiment.State().Should().BeEquivalentTo(best.State);
    }

    [Fact]
    public void The_report_says_why_it_stopped()
    {
        using var experiment = new Experiment();
        experiment.Fit(Experiment.Options with { Epochs = 20, Optimizer = new Sgd(1e-12) }, new EarlyStopping(patience: 2, minDelta: 1))
            .Should().Match<TrainingReport>(report => report.Epochs.Count == 3 && report.StopReason == "no improvement in 2 epochs");
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        using var experiment = new Experiment();
        var patience = () => experiment.Fit(Experiment.Options, new EarlyStopping(patience: 0));
        patience.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*patience*");
        var alone = () => new Trainer(Experiment.Options, new EarlyStopping()).Fit(experiment.Model, experiment.Train);
        alone.Should().Throw<ArgumentException>().WithMessage("*needs a validation set*");
    }

    /// <summary>Epochs with these values; the head's bias holds the number of the epoch.</summary>
    private static TrainingSession Run(Experiment experiment, EarlyStopping stopping, double[] metric)
    {
        var session = new TrainingSession(
            experiment.Model, Experiment.Options, TorchSharp.torch.CPU, batchesPerEpoch: 1, hasValidation: true);
        session.IsPreparing = true;
        stopping.Prepare(session);
        session.IsPreparing = false;
        session.TouchedNames.UnionWith(session.State.Select(entry => entry.Name));
        for (; session.Epoch < metric.Length && session.StopReason is null; session.NextEpoch())
        {
            using (TorchSharp.torch.no_grad()) session.Head.Parameters[1].Parameter.fill_(session.Epoch);
            var epoch = new EpochReport(session.Epoch + 1, 0, Measured(metric[session.Epoch]), 0, 0);
            session.Add(epoch);
            stopping.AfterEpoch(session, epoch);
        }
        stopping.Complete(session);
        return session;
    }

    private static float Bias(Experiment experiment) => BitConverter.ToSingle(experiment.State()["head.bias"]);

    private static Evaluation Measured(double value) =>
        new() { Count = 1, Loss = value, Results = [new NumbersResult("test", new MetricValue("value", value))] };
}
