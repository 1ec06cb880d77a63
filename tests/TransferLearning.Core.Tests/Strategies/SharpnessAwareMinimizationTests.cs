using TorchSharp.Modules;
using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies;

/// <summary>
/// Twelve steps on gradients that depend on the place, g = grad + curvature * w, against the reference: whole runs of a trainer.
/// </summary>
public sealed class SharpnessAwareMinimizationTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/optimizers");

    [Theory]
    [InlineData("sam")]
    [InlineData("asam")]
    public void Steps_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Case(name);
        var options = golden.GetProperty("options");
        var parameters = Golden.Json.GetProperty("parameters").EnumerateArray().Take(3).Select(
            p => (Name: p[0].GetString()!, Shape: p[1].Integers().Select(size => (long)size).ToArray())).ToArray();
        using var model = new ModuleBackbone("quadratic", new Quadratic(golden, parameters), 1).WithHead(new Sum(), ownsBackbone: true);
        var expected = Golden.Tensor($"{name}/params").Chunk(parameters.Sum(p => (int)p.Shape.Aggregate((a, b) => a * b))).ToArray();
        var actual = new List<Tensor>();
        using var steps = arange(1, 13, ScalarType.Float32).unsqueeze(1);
        var data = new ExampleDataset(12, i => (steps[i].clone(), zeros([])), new UnlistedTargets());

        new Trainer(
            new TrainerOptions
            {
                Epochs = 1, BatchSize = 2, Sampler = new EachTwice(), Device = CPU,
                Optimizer = new Sgd(
                    options.GetProperty("lr").GetDouble(), options.GetProperty("momentum").GetDouble(), options.TryGetProperty("weight_decay", out var decay) ? decay.GetDouble() : 0) { DecaysVectors = true },
            },
            new SharpnessAwareMinimization(options.GetProperty("rho").GetDouble(), options.TryGetProperty("adaptive", out _)),
            new AfterEach(step => actual.Add(cat([.. step.Session.BackboneGroups[0].Parameters.Select(parameter => parameter.Parameter.detach().flatten())]).MoveToOuterDisposeScope()))).Fit(model, data);

        actual.Should().HaveCount(12);
        foreach (var (i, values) in actual.Index())
            values.Should().BeWithin(golden.GetProperty("tolerance").GetDouble(), expected[i], $"step {i + 1}");
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_run_computes_each_batch_twice_and_can_be_repeated()
    {
        using var first = new Experiment(dropout: 0.3);
        using var second = new Experiment(dropout: 0.3);

        first.Fit(null, new SharpnessAwareMinimization());
        second.Fit(null, new SharpnessAwareMinimization());

        first.State().Should().BeEquivalentTo(second.State());
        first.Invoking(run => run.Fit(null, new SharpnessAwareMinimization(), new GradientAccumulation(2))).Should()
            .Throw<ArgumentException>().WithMessage("*leave one of the two out*");
        FluentActions.Invoking(() => new SharpnessAwareMinimization(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void Weights_that_are_frozen_later_stay_where_they_are()
    {
        using var experiment = new Experiment();
        List<byte[]> inSecondEpoch = [];

        experiment.Fit(
            Experiment.Options with { Epochs = 2 },
            new Hook { OnEpoch = session => { if (session.Epoch == 1) session.BackboneGroups[0].Freeze(); } },
            new SharpnessAwareMinimization(),
            new Hook { OnStep = step => { if (step.Session.Epoch == 1) inSecondEpoch.Add(step.Session.BackboneGroups[0].Parameters[0].Parameter.bytes.ToArray()); } });

        inSecondEpoch.Should().HaveCount(2 * 3).And.AllBeEquivalentTo(inSecondEpoch[0]);
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void Weights_are_back_where_they_were_when_the_second_gradient_fails()
    {
        using var experiment = new Experiment();
        var before = experiment.State().Where(entry => !entry.Key.Contains("bn", StringComparison.Ordinal));
        var computed = 0;
        var failing = new Hook { OnStep = _ => { if (++computed == 2) throw new InvalidOperationException("a failure"); } };

        experiment.Invoking(run => run.Fit(null, new SharpnessAwareMinimization(), failing)).Should().Throw<InvalidOperationException>()
            .WithMessage("a failure");

        experiment.State().Where(entry => !entry.Key.Contains("bn", StringComparison.Ordinal)).Should().BeEquivalentTo(before);
    }

    /// <summary>Batches of two equal examples, since a single one joins the batch before.</summary>
    private sealed class EachTwice : ISampler
    {
        public string Description => "each twice";

        public int Draws(Targets targets, int count) => 2 * count;

        public int[] Order(Targets targets, int count, int batchSize, ref SplitMix64 random) =>
            [.. Enumerable.Range(0, count).SelectMany(i => new[] { i, i })];
    }

    private sealed class AfterEach(Action<TrainingStep> action) : IFineTuneStrategy
    {
        public string Description => "after each";

        public void AfterStep(TrainingStep step) => action(step);
    }

    /// <summary>
    /// The sum of g w + c w^2 / 2 over all parameters, whose gradient is g + c w, with the g of the step that the input names.
    /// </summary>
    private sealed class Quadratic : nn.Module<Tensor, Tensor>
    {
        private readonly System.Text.Json.JsonElement _golden;
        private readonly (string Name, Parameter Value, Tensor Curvature)[] _terms;

        public Quadratic(System.Text.Json.JsonElement golden, (string Name, long[] Shape)[] parameters) : base(nameof(Quadratic))
        {
            _golden = golden;
            var curvature = Golden.Json.GetProperty("curvature");
            _terms = [.. parameters.Select(p => (p.Name, new Parameter(Formula.Weight(p.Name, p.Shape), requires_grad: true),
                Formula.Input($"curvature.{p.Name}", p.Shape, curvature.GetProperty("low").GetDouble(), curvature.GetProperty("high").GetDouble())))];
            foreach (var (name, value, _) in _terms) register_parameter(name.Replace('.', '_'), value);
        }

        public override Tensor forward(Tensor steps)
        {
            var step = (int)steps[0, 0].item<float>();
            var sum = zeros([]);
            foreach (var (name, value, curvature) in _terms)
                sum = sum + (GoldenGradient.Of(Golden, step, name, value.shape) * value).sum() + (curvature * value.square()).sum() / 2;
            return sum.expand(steps.shape[0], 1);
        }
    }

    private sealed class Sum : IHeadReplacer, IObjective
    {
        public string Kind => "sum";

        public IObjective Objective => this;

        public IAnswer Answer { get; } = new PlainValues();

        public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Pass();

        public Tensor Loss(TensorSet output, TensorSet target) => output.Values.mean();

        public void Validate(TensorSet target, int outputs) => target.Count.Should().Be(2);

        private sealed class Pass() : nn.Module<TensorSet, TensorSet>(nameof(Sum))
        {
            public override TensorSet forward(TensorSet features) => features;
        }
    }
}
