using TransferLearning.TestKit;

namespace TransferLearning.Tests.Training;

/// <summary>What happens to a backbone that one thread trains and another uses.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class SharedBackboneTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly TransferModel _other;

    public SharedBackboneTests() => _other = _experiment.Backbone.WithHead(new LinearHead(Experiment.Classes));

    public void Dispose()
    {
        _other.Dispose();
        _experiment.Dispose();
    }

    [Fact]
    public void Another_model_on_it_is_neither_trained_nor_measured_nor_asked_meanwhile()
    {
        using var predictor = new Predictor(_other, TorchSharp.torch.CPU);
        var refusals = new List<string>();

        _experiment.Fit(null, new Hook
        {
            OnEpochDone = session =>
            {
                if (session.Epoch > 0) return;
                Refused(() => new Trainer(Experiment.Options).Fit(_other, _experiment.Train));
                Refused(() => new Trainer(Experiment.Options).Evaluate(_other, _experiment.Train));
                Refused(() => FeatureSet.Compute(_other, _experiment.Train, options: Experiment.Options));
                Refused(() => new LinearProbe(new() { Device = TorchSharp.torch.CPU }).Fit(_other, _experiment.Train));
                Refused(() => predictor.Predict(_experiment.Images));
            },
        });

        refusals.Should().HaveCount(5).And.AllSatisfy(message => message.Should().Match("The backbone 'small' is being trained by another run*"));
        predictor.Predict(_experiment.Images).Should().HaveCount(36);
        new Trainer(Experiment.Options).Fit(_other, _experiment.Train).Epochs.Should().HaveCount(3);

        void Refused(Action use)
        {
            Exception? refusal = null;
            var thread = new Thread(() => refusal = Record.Exception(use));
            thread.Start();
            thread.Join();
            refusals.Add(refusal.Should().BeOfType<InvalidOperationException>().Which.Message);
        }
    }

    [Fact]
    public void The_training_thread_itself_may_measure_and_ask_between_epochs_and_not_train_another()
    {
        var measured = 0;
        Exception? refusal = null;
        _experiment.Fit(null, new Hook
        {
            OnEpochDone = _ =>
            {
                measured += new Trainer(Experiment.Options).Evaluate(_other, _experiment.Validation).Count;
                refusal = Record.Exception(() => new Trainer(Experiment.Options).Fit(_other, _experiment.Train));
            },
        });
        measured.Should().Be(3 * 12);
        refusal.Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public void A_run_does_not_begin_while_the_backbone_is_measured_and_after_a_failure_it_is_free()
    {
        Exception? refusal = null;
        var progress = new Action<TrainingProgress>(_ => refusal = Record.Exception(() => _experiment.Fit()));
        new Trainer(Experiment.Options).Evaluate(_other, _experiment.Validation, new Told(progress));
        refusal.Should().BeOfType<InvalidOperationException>().Which.Message.Should().Contain("is being measured");

        _experiment.Invoking(run => run.Fit(null, new Hook { OnStep = _ => throw new IOException("a failure") })).Should().Throw<IOException>();
        _experiment.Fit().Epochs.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_prediction_in_flight_is_waited_for()
    {
        var use = BackboneUse.Of(_experiment.Backbone);
        var prediction = use.Predict();
        var training = Task.Run(use.Train);
        // Once training waits, no other prediction begins.
        SpinWait.SpinUntil(() => Record.Exception(() => use.Predict().Dispose()) is not null);
        training.IsCompleted.Should().BeFalse();
        prediction.Dispose();
        (await training).Dispose();
        use.Predict().Dispose();
    }

    private sealed class Told(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
