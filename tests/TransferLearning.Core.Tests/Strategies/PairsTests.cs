using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Strategies;

/// <summary>Each pair of strategies has a verdict: they compose, or they are refused by name.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class PairsTests : IDisposable
{
    // Two of a group contradict each other.
    private static readonly Type[][] Contradictory =
    [
        [typeof(CosineDecay), typeof(LinearDecay), typeof(StepDecay), typeof(ExponentialDecay)],
        [typeof(ExponentialAveraging), typeof(StochasticWeightAveraging)],
        [typeof(FreezeBackbone), typeof(GradualUnfreezing), typeof(BitFit), typeof(LoraFineTuning)],
        [typeof(SharpnessAwareMinimization), typeof(GradientAccumulation)],
    ];

    // Of all others two are one too many.
    private static readonly Type[] Repeatable = [typeof(FreezeParameters), typeof(CsvLog), typeof(TensorBoardLog)];

    private readonly Experiment _teacher = new();
    private readonly TemporaryFolder _logs = new();
    private readonly Dictionary<Type, Func<IFineTuneStrategy>> _strategies;

    public PairsTests() => _strategies = new()
    {
        [typeof(BitFit)] = () => new BitFit(),
        [typeof(CosineDecay)] = () => new CosineDecay(),
        [typeof(CsvLog)] = () => new CsvLog(Path.Combine(_logs.Path, $"{Guid.NewGuid()}.csv")),
        [typeof(DiscriminativeLearningRates)] = () => new DiscriminativeLearningRates(),
        [typeof(Distillation)] = () => new Distillation(_teacher.Model),
        [typeof(EarlyStopping)] = () => new EarlyStopping(),
        [typeof(ExponentialAveraging)] = () => new ExponentialAveraging(),
        [typeof(ExponentialDecay)] = () => new ExponentialDecay(0.9),
        [typeof(FreezeBackbone)] = () => new FreezeBackbone(),
        [typeof(FreezeBatchNorm)] = () => new FreezeBatchNorm(),
        [typeof(FreezeParameters)] = () =>
            new FreezeParameters(parameter => parameter.Name.EndsWith("bn1.weight", StringComparison.Ordinal), "a weight"),
        [typeof(GradientAccumulation)] = () => new GradientAccumulation(2),
        [typeof(GradualUnfreezing)] = () => new GradualUnfreezing(),
        [typeof(L2StartingPoint)] = () => new L2StartingPoint(),
        [typeof(LinearDecay)] = () => new LinearDecay(),
        [typeof(LoraFineTuning)] = () => new LoraFineTuning(new LoraOptions { Rank = 2, TargetModules = ["conv2"] }),
        [typeof(Mixup)] = () => new Mixup(),
        [typeof(SharpnessAwareMinimization)] = () => new SharpnessAwareMinimization(),
        [typeof(StepDecay)] = () => new StepDecay(2),
        [typeof(StochasticWeightAveraging)] = () => new StochasticWeightAveraging(),
        [typeof(TensorBoardLog)] = () => new TensorBoardLog(Path.Combine(_logs.Path, $"{Guid.NewGuid()}")),
        [typeof(TimeLimit)] = () => new TimeLimit(TimeSpan.FromHours(1)),
    };

    /// <summary>A new strategy needs a line above: whether it may stand beside each of the others is to be thought of.</summary>
    [Fact]
    public void Every_public_strategy_is_judged() =>
        _strategies.Keys.Should().BeEquivalentTo(typeof(IFineTuneStrategy).Assembly.GetExportedTypes()
            .Where(type => type.IsAssignableTo(typeof(IFineTuneStrategy)) && !type.IsAbstract));

    [Fact]
    public void Pairs_that_contradict_each_other_are_refused_by_name_and_all_others_compose()
    {
        var types = _strategies.Keys.ToArray();
        foreach (var (i, first) in types.Index())
            foreach (var second in types[i..])
            {
                IFineTuneStrategy[] pair = [_strategies[first](), _strategies[second]()];
                using var experiment = new Experiment(train: 8, validation: 4);
                var fit = experiment.Invoking(one => one.Fit(Experiment.Options with { Epochs = 1 }, pair));
                if (!IsRefused(first, second)) fit.Should().NotThrow("{0} and {1} compose", first.Name, second.Name);
                else fit.Should().Throw<ArgumentException>("{0} and {1} contradict each other", first.Name,
                    second.Name).Which.Message.Should().Contain("leave one");
            }
    }

    [Fact]
    public void A_refusal_says_what_two_strategies_decide_and_names_both()
    {
        using var experiment = new Experiment();
        experiment.Invoking(one => one.Fit(null, new CosineDecay(), new LinearDecay()))
            .Should().Throw<ArgumentException>()
                .WithMessage("The schedule of the learning rate is decided by 'cosine decay' and by 'linear decay': leave one out.");
    }

    [Fact]
    public void A_backbone_that_is_frozen_for_some_epochs_may_be_trained_with_adapters_afterwards()
    {
        using var experiment = new Experiment();
        experiment.Invoking(one => one.Fit(null, new FreezeBackbone(epochs: 1),
            new LoraFineTuning(new LoraOptions { Rank = 2, TargetModules = ["conv2"] }))).Should().NotThrow();
    }

    public void Dispose()
    {
        _teacher.Dispose();
        _logs.Dispose();
    }

    private static bool IsRefused(Type first, Type second) =>
        first == second ? !Repeatable.Contains(first) : Contradictory.Any(group => group.Contains(first) && group.Contains(second));
}
