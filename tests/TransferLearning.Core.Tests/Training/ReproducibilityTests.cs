using TransferLearning.TestKit;
namespace TransferLearning.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class ReproducibilityTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bits_with_any_number_of_loader_threads()
    {
        var runs = new[] { 0, 1, 4 }.Select(threads => Train(seed: 7, threads)).ToArray();
        foreach (var run in runs) run.Should().BeEquivalentTo(runs[0]);
    }

    [Fact]
    public void Another_seed_gives_other_weights() => Train(seed: 1)["head.bias"].Should().NotEqual(Train(seed: 2)["head.bias"]);

    [Fact]
    public void A_second_run_of_the_same_trainer_does_not_depend_on_the_first()
    {
        using var first = new Experiment();
        using var second = new Experiment();
        var trainer = new Trainer(Experiment.Options, new CosineDecay(0.1), new EarlyStopping(patience: 1));
        trainer.Fit(first.Model, first.Train, first.Validation);
        trainer.Fit(second.Model, second.Train, second.Validation);
        second.State().Should().BeEquivalentTo(first.State());
    }

    [Fact]
    public void Without_shuffling_the_examples_come_in_their_order()
    {
        using var experiment = new Experiment(train: 8, validation: 4);
        List<long> labels = [];
        experiment.Fit(Experiment.Options with { Epochs = 1, BatchSize = 4, Sampler = new SequentialSampler() },
            new Hook { OnStep = step => labels.AddRange(step.Batch.Target.Values.data<long>().ToArray()) });
        labels.Should().Equal(0, 1, 2, 3, 0, 1, 2, 3);
    }

    private static Dictionary<string, byte[]> Train(long seed, int threads = 2)
    {
        using var experiment = new Experiment(dropout: 0.2);
        experiment.Fit(Experiment.Options with { Seed = seed, LoaderThreads = threads, Epochs = 2 });
        return experiment.State();
    }
}
