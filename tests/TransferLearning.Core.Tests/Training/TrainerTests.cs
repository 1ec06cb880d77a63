using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks]
public sealed class TrainerTests : IDisposable
{
    private readonly List<(float Loss, int Count)> _losses = [];
    private readonly Experiment _experiment;

    public TrainerTests() =>
        _experiment = new Experiment(objective: new Spy((loss, target) => _losses.Add((loss.item<float>(), target.Count))));

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void It_learns()
    {
        var report = _experiment.Fit(Experiment.Options with { Epochs = 25 });
        report.Accuracy.Should().BeGreaterThan(0.7, "one in four is chance");
        report.Epochs[^1].TrainLoss.Should().BeLessThan(report.Epochs[0].TrainLoss / 2);
    }

    [Fact]
    public void The_training_loss_is_the_mean_over_examples_also_where_the_last_batch_is_smaller()
    {
        var report = new Trainer(Experiment.Options with { Epochs = 1, BatchSize = 7 }).Fit(_experiment.Model, _experiment.Train);

        _losses.Select(batch => batch.Count).Should().Equal(7, 7, 7, 3);
        report.Epochs[0].TrainLoss.Should().BeApproximately(_losses.Sum(batch => (double)batch.Loss * batch.Count) / 24, 1e-9);
    }

    [Fact]
    public void The_validation_is_measured_over_the_whole_set_at_once()
    {
        var report = _experiment.Fit(Experiment.Options with { BatchSize = 5, Epochs = 1 });
        var whole = new Trainer(Experiment.Options with { BatchSize = 100 }).Evaluate(_experiment.Model, _experiment.Validation);

        var evaluation = report.Evaluation!;
        evaluation.Loss.Should().BeApproximately(whole.Loss, 1e-6);
        evaluation.Classification.Should().BeEquivalentTo(whole.Classification);
        (evaluation.Count, evaluation.Classification!.Confusion.Entries.Sum(entry => entry.Count)).Should().Be((12, 12));
    }

    [Fact]
    public void Afterwards_the_model_is_in_evaluation_mode()
    {
        _experiment.Fit();
        InEvaluationMode().Should().BeTrue();
    }

    [Fact]
    public void Also_after_an_exception()
    {
        var fit = () => _experiment.Fit(null, new Hook { OnStepDone = _ => throw new InvalidOperationException("a strategy's own") });
        fit.Should().Throw<InvalidOperationException>().WithMessage("a strategy's own");
        InEvaluationMode().Should().BeTrue();
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        List<long> live = [];
        _experiment.Fit(
            Experiment.Options with { Epochs = 100, LoaderThreads = 0 }, new Hook { OnStepDone = _ => live.Add(Tensor.TotalCount) });
        live.Should().HaveCount(300);
        live.Skip(250).Max().Should().BeLessThanOrEqualTo(live.Take(50).Max());
    }

    [Fact]
    public void Cancelling_in_an_epoch_ends_the_run_at_once_and_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        var cancel = new Hook { OnStepDone = _ => { if (++steps == 4) cancellation.Cancel(); } };
        var fit = () => new Trainer(Experiment.Options, new EarlyStopping(), cancel)
            .Fit(_experiment.Model, _experiment.Train, _experiment.Validation, cancellationToken: cancellation.Token);

        fit.Should().Throw<OperationCanceledException>();
        steps.Should().Be(4);
        InEvaluationMode().Should().BeTrue();
    }

    [Fact]
    public void Progress_counts_the_batches_of_each_phase()
    {
        _experiment.Fit(Experiment.Options with { Epochs = 1 }, new FreezeBackbone());
        _experiment.Progress.Entries.Select(entry => (entry.Phase, entry.Batch, entry.Batches)).Should().Equal(
            (TrainingPhase.CachingFeatures, 1, 3), (TrainingPhase.CachingFeatures, 2, 3), (TrainingPhase.CachingFeatures, 3, 3),
            (TrainingPhase.CachingFeatures, 1, 2), (TrainingPhase.CachingFeatures, 2, 2),
            (TrainingPhase.Training, 1, 3), (TrainingPhase.Training, 2, 3), (TrainingPhase.Training, 3, 3),
            (TrainingPhase.Validating, 1, 2), (TrainingPhase.Validating, 2, 2),
            (TrainingPhase.EpochCompleted, 0, 0));
        _experiment.Progress.Entries[^1].Completed!.Evaluation.Should().NotBeNull();
    }

    [Fact]
    public void A_class_without_examples_is_a_warning()
    {
        var first = _experiment.Train.Subset([0, 1, 2, 4, 5, 6]);
        var report = new Trainer(Experiment.Options).Fit(_experiment.Model, first, _experiment.Validation.Subset([0, 1]));
        report.Warnings.Should().Contain([
            "The training set has no example of [d], so they cannot be learnt.",
            "The validation set has no example of [c, d], so they are not measured."]);
    }

    private bool InEvaluationMode() =>
        !_experiment.Backbone.Module.training && !_experiment.Model.Head.training
            && _experiment.Backbone.Module.modules().All(module => !module.training);

    /// <summary>Cross-entropy that tells each loss.</summary>
    private sealed class Spy(Action<Tensor, TensorSet> tell) : IObjective
    {
        private readonly CrossEntropy _inner = new();

        public string Kind => "spy";

        public IAnswer Answer => _inner.Answer;

        public IReadOnlyList<IMetric> Metrics => _inner.Metrics;

        public Tensor Loss(TensorSet output, TensorSet target)
        {
            var loss = _inner.Loss(output, target);
            tell(loss, target);
            return loss;
        }

        public void Validate(TensorSet target, int outputs) => _inner.Validate(target, outputs);
    }
}
