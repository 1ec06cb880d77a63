using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

[NoTensorLeaks(MakesModels = true)]
public sealed class GradientAccumulationTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/accumulation");

    [Theory]
    [InlineData("full_batch", false)]
    [InlineData("class_weights full_batch", true)]
    public void Unequal_batches_give_the_gradient_of_all_examples_together(string expected, bool hasClassWeights)
    {
        var config = Golden.Json.GetProperty("config");
        float[] classWeights = config.GetProperty("class_weights").Floats();
        using var inputs = Formula.Input(Golden.Json.GetProperty("input").GetProperty("x"));
        var data = new TensorDataset(
            inputs, [.. Golden.Json.GetProperty("input").GetProperty("labels").Integers().Select(label => (int)label)], ["a", "b", "c"]);
        using var model = Linear(new CrossEntropy { ClassWeights = hasClassWeights ? classWeights : null });
        var before = Weights(model);

        // Batches of 3, 3 and 2.
        var report = Trainer(batchSize: 3, new GradientAccumulation(3)).Fit(model, data);

        var output = Golden.Json.GetProperty("output").GetProperty(expected);
        var gradient = before.Zip(Weights(model), (w, after) => w - after).ToArray();
        gradient.Should().HaveCount(15);
        gradient[..12].Zip([.. output.GetProperty("head.weight").EnumerateArray().SelectMany(row => row.Floats())]).Should()
            .OnlyContain(pair => Math.Abs(pair.First - pair.Second) < Golden.Tolerance);
        gradient[12..].Zip(output.GetProperty("head.bias").Floats()).Should()
            .OnlyContain(pair => Math.Abs(pair.First - pair.Second) < Golden.Tolerance);
        report.Epochs[0].TrainLoss.Should().BeApproximately(output.GetProperty("loss").GetDouble(), Golden.Tolerance);
    }

    [Fact]
    public void Tokens_that_are_ignored_count_nowhere()
    {
        var tokens = Golden.Json.GetProperty("tokens");
        long[][] labels = [
            .. tokens.GetProperty("labels").EnumerateArray().Select(row => row.Integers().Select(label => (long)label).ToArray())];
        using var logits = Formula.Input(tokens.GetProperty("logits"));
        // The logits are what is learnt, so that their step is their gradient.
        using var backbone = new ModuleBackbone("table", new Table(logits), 3);
        using var model = backbone.WithHead(new TokenHead());
        var data = new ExampleDataset(4, i => (tensor(new long[] { i }), tensor(labels[i])), new UnlistedTargets());

        new Trainer(
            new TrainerOptions { Epochs = 1, BatchSize = 2, Optimizer = new Sgd(1, momentum: 0), Sampler = new SequentialSampler(), Device = CPU }, new GradientAccumulation(2)).Fit(model, data);

        using var scope = NewDisposeScope();
        (logits - ((Table)backbone.Module).Value).flatten().Should().BeWithin(
            Golden.Tolerance, tokens.GetProperty("output").GetProperty("full_batch").GetProperty("grad").Floats());
    }

    [Fact]
    public void Schedules_and_checkpoints_count_steps_and_the_last_step_takes_what_is_left()
    {
        using var experiment = new Experiment();
        var steps = new List<int>();

        var report = experiment.Fit(
            Experiment.Options with { BatchSize = 5 }, new GradientAccumulation(2), new Watch(session => steps.Add(session.Step)));

        // 24 examples: batches of 5, 5, 5, 5 and 4; steps of two batches, two and one.
        steps.Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9);
        report.Strategies.Should().StartWith("gradients of 2 batches a step");
    }

    [Fact]
    public void Two_that_gather_are_refused()
    {
        using var experiment = new Experiment();

        experiment.Invoking(run => run.Fit(null, new GradientAccumulation(2), new GradientAccumulation(4))).Should()
            .Throw<ArgumentException>().WithMessage("How many batches a step has*leave one out*");
        FluentActions.Invoking(() => new GradientAccumulation(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static Trainer Trainer(int batchSize, params IFineTuneStrategy[] strategies) => new(
        new TrainerOptions { Epochs = 1, BatchSize = batchSize, Optimizer = new Sgd(1, momentum: 0), Sampler = new SequentialSampler(), Device = CPU }, strategies);

    private static TransferModel Linear(IObjective objective)
    {
        var model = new ModuleBackbone("identity", nn.Identity(), 4).WithHead(
            new LinearHead(["a", "b", "c"], objective), ownsBackbone: true);
        using var _ = no_grad();
        foreach (var (name, value) in model.Head.state_dict())
        {
            using var start = Formula.Weight($"head.{name}", value.shape);
            value.copy_(start);
        }
        return model;
    }

    private static float[] Weights(TransferModel model) =>
        [.. model.Head.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    private sealed class Watch(Action<TrainingSession> afterStep) : IFineTuneStrategy
    {
        public string Description => "watch";

        public void AfterStep(TrainingStep step) => afterStep(step.Session);
    }

    /// <summary>Gives the rows of a table of logits.</summary>
    private sealed class Table : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter table;

        public Table(Tensor logits) : base(nameof(Table))
        {
            table = new TorchSharp.Modules.Parameter(logits.clone());
            RegisterComponents();
        }

        public Tensor Value => table;

        public override Tensor forward(Tensor rows) => table.index_select(0, rows.flatten());
    }

    private sealed class TokenHead : IHeadReplacer
    {
        public string Kind => "tokens";

        public IObjective Objective { get; } = new CrossEntropy();

        public int Outputs => 3;

        public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => hidden;

        public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Pass();

        private sealed class Pass() : nn.Module<TensorSet, TensorSet>(nameof(TokenHead))
        {
            public override TensorSet forward(TensorSet features) => features;
        }
    }
}
