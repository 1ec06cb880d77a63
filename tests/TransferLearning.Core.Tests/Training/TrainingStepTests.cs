using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>What strategies can do around the gradients of a batch.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class TrainingStepTests
{
    private static readonly TrainerOptions Options = Experiment.Options with
    {
        Sampler = new SequentialSampler(), Optimizer = new Sgd(0.05)
    };

    [Theory]
    [InlineData(4, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 2)]
    public void Gathered_gradients_are_those_of_the_larger_batch(int batchSize, int batchesPerStep)
    {
        // Batch norm and dropout would tell batches apart, and class weights make them weigh differently.
        var objective = new CrossEntropy { ClassWeights = [1, 2, 3, 4] };
        var (whole, gathered) = (Fit(batchSize * batchesPerStep, 1), Fit(batchSize, batchesPerStep));
        gathered.Steps.Should().Be(whole.Steps);
        foreach (var (one, two) in gathered.Logits.Zip(whole.Logits)) one.Should().BeApproximately(two, 1e-5f);
        gathered.Loss.Should().BeApproximately(whole.Loss, 1e-6);

        (float[] Logits, int Steps, double Loss) Fit(int size, int batches)
        {
            using var experiment = new Experiment(objective: objective);
            var steps = 0;
            // The last step of an epoch is of fewer.
            var report = new Trainer(Options with { Epochs = 2, BatchSize = size },
                new FreezeBackbone(), new Hook { OnPrepare = session => session.BatchesPerStep = batches, OnStepDone = step => steps = step.Session.Step })
                .Fit(experiment.Model, experiment.Train.Subset([.. Enumerable.Range(0, 22)]));
            return (experiment.Logits(), steps, report.Epochs[0].TrainLoss);
        }
    }

    [Fact]
    public void Terms_are_added_to_the_loss_and_the_last_strategy_stands_innermost()
    {
        using var experiment = new Experiment();
        List<string> order = [];
        var report = experiment.Fit(
            Options with { Epochs = 1 }, new Around("outer", order, addLoss: 0), new Around("inner", order, addLoss: 5));
        order.Take(4).Should().Equal("outer before", "inner before", "inner after", "outer after");
        using var plain = new Experiment();
        report.Epochs[0].TrainLoss.Should().BeApproximately(plain.Fit(Options with { Epochs = 1 }).Epochs[0].TrainLoss + 5, 1e-5);
        experiment.State().Should().BeEquivalentTo(plain.State(), "a constant has no gradient");
    }

    [Fact]
    public void Another_batch_may_take_the_place_of_the_batch()
    {
        using var experiment = new Experiment();
        var half = new Hook
        {
            OnStep = step => step.Batch = new Batch(
                step.Batch.Input.Map(tensor => tensor[..4]), step.Batch.Target.Map(tensor => tensor[..4])),
        };
        var losses = new Notes();
        experiment.Fit(Options with { Epochs = 1 }, half, losses);
        losses.Outputs.Should().Equal(4, 4, 4);
        losses.Weights.Should().Equal(4, 4, 4);
    }

    [Fact]
    public void Gradients_may_be_computed_twice_and_the_loss_of_the_first_is_reported()
    {
        using var experiment = new Experiment();
        using var plain = new Experiment();
        // The gradients of both computations are added: half the rate gives the same step.
        var report = experiment.Fit(
            Options with { Epochs = 1, Optimizer = new Sgd(0.025, momentum: 0) }, new FreezeBackbone(), new Twice());
        var expected = plain.Fit(Options with { Epochs = 1, Optimizer = new Sgd(0.05, momentum: 0) }, new FreezeBackbone());
        foreach (var (one, two) in experiment.Logits().Zip(plain.Logits())) one.Should().BeApproximately(two, 1e-5f);
        report.Epochs[0].TrainLoss.Should().BeApproximately(expected.Epochs[0].TrainLoss, 1e-6);
    }

    [Fact]
    public void A_strategy_that_does_not_go_on_is_named()
    {
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Options, new Never()))
            .Should().Throw<InvalidOperationException>().WithMessage("*a strategy (never) did not call next() in its Step*");
    }

    [Fact]
    public void What_is_not_computed_yet_cannot_be_read()
    {
        using var experiment = new Experiment();
        experiment.Invoking(e => e.Fit(Options, new Hook { OnStep = step => step.Loss.Dispose() }))
            .Should().Throw<InvalidOperationException>().WithMessage("*call next() first*");
        experiment.Invoking(e => e.Fit(Options, new Hook { OnStep = step => step.Output.Dispose() }))
            .Should().Throw<InvalidOperationException>().WithMessage("*call next() first*");
    }

    [Fact]
    public void A_run_may_stop_within_an_epoch_and_is_measured_as_it_stands()
    {
        using var experiment = new Experiment();
        var stop = new Hook { OnStepDone = step => { if (step.Session.Step == 4) step.Session.Stop("enough", now: true); } };
        var report = experiment.Fit(Options with { Epochs = 5 }, stop);
        (report.Epochs.Count, report.StopReason, report.WeightsFromEpoch).Should().Be((2, "enough", 2));
        experiment.Progress.Steps.Should().HaveCount(4);
        report.Evaluation!.Loss.Should().BeApproximately(new Trainer(Options).Evaluate(experiment.Model, experiment.Validation).Loss, 1e-6);
    }

    [Fact]
    public void What_is_measured_may_be_changed_before_the_validation()
    {
        using var experiment = new Experiment();
        var report = experiment.Fit(Options with { Epochs = 1 }, new Hook
        {
            OnEvaluation = session =>
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                foreach (var parameter in session.Head.Parameters) parameter.Parameter.zero_();
            },
        });
        report.Evaluation!.Loss.Should().BeApproximately(Math.Log(4), 1e-6);
    }

    private sealed class Around(string name, List<string> order, double addLoss) : IFineTuneStrategy
    {
        public string Description => name;

        public void Step(TrainingStep step, Action next)
        {
            order.Add($"{name} before");
            if (addLoss > 0) step.AddLoss(_ => tensor((float)addLoss));
            next();
            order.Add($"{name} after");
            step.Loss.item<float>().Should().BeGreaterThan(5);
        }
    }

    private sealed class Notes : IFineTuneStrategy
    {
        public string Description => "notes";

        public List<long> Outputs { get; } = [];

        public List<double> Weights { get; } = [];

        public void Step(TrainingStep step, Action next)
        {
            next();
            Outputs.Add(step.Output.Count);
            Weights.Add(step.Weight);
        }
    }

    private sealed class Twice : IFineTuneStrategy
    {
        public string Description => "twice";

        public void Step(TrainingStep step, Action next)
        {
            next();
            next();
        }
    }

    private sealed class Never : IFineTuneStrategy
    {
        public string Description => "never";

        public void Step(TrainingStep step, Action next) { }
    }
}
