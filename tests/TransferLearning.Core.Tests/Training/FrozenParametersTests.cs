using TransferLearning.TestKit;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>What stays as it is: by its owner's wish, by that of several strategies, group by group or parameter by parameter.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class FrozenParametersTests : IDisposable
{
    private const string Frozen = "backbone.stage1.conv1.weight";

    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void What_its_owner_has_frozen_stays_frozen_and_is_so_afterwards()
    {
        var frozen = _experiment.Backbone.Module.get_parameter("stage1.conv1.weight")!;
        frozen.requires_grad = false;
        var before = _experiment.State();
        List<string> trained = [];
        _experiment.Fit(
            Experiment.Options, new Hook { OnEpoch = session => trained.AddRange(Parameters(session).Where(p => !p.IsFrozen).Select(p => p.Name)) });

        Changed(before)
            .Should().NotContain(Frozen).And.Contain(
                ["backbone.stage1.bn1.weight", "backbone.stage1.bn1.running_mean", "backbone.stage2.conv2.weight", "head.weight"]);
        trained.Should().NotContain(Frozen).And.HaveCount(3 * 7);
        frozen.requires_grad.Should().BeFalse();
        _experiment.Model.Backbone.Module.parameters().Count(parameter => parameter.requires_grad).Should().Be(5);
    }

    [Fact]
    public void A_group_of_which_its_owner_has_frozen_all_is_kept_as_features()
    {
        foreach (var (name, parameter) in _experiment.Backbone.Module.named_parameters())
            if (name.StartsWith("stage1.", StringComparison.Ordinal)) parameter.requires_grad = false;
        var before = _experiment.State();
        var report = _experiment.Fit();
        report.FeatureCaches.Select(cache => cache.Stage).Should().Equal("stage1", "stage1");
        Changed(before).Should().NotContain(name => name.StartsWith("backbone.stage1.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_strategies_freeze_what_either_freezes_in_both_orders(bool reversed)
    {
        var before = _experiment.State();
        IFineTuneStrategy[] strategies =
        [
            new Hook { OnPrepare = session => session.BackboneGroups[0].Freeze() },
            new Hook { OnEpoch = session => Freeze(session, p => p.Parameter.dim() == 1) },
        ];
        _experiment.Fit(Experiment.Options, reversed ? [.. strategies.Reverse()] : strategies);
        Changed(before).Where(
            name => !name.Contains(".bn2.running", StringComparison.Ordinal) && !name.Contains("tracked", StringComparison.Ordinal))
            .Should().BeEquivalentTo("backbone.stage2.conv2.weight", "head.weight");
        _experiment.Model.Backbone.Module.parameters().Concat(_experiment.Model.Head.parameters())
            .Should().OnlyContain(parameter => parameter.requires_grad, "flags are back");
    }

    [Fact]
    public void What_is_frozen_for_an_epoch_is_free_in_the_next()
    {
        List<int> frozen = [];
        _experiment.Fit(Experiment.Options,
            new Hook { OnEpoch = session => { if (session.Epoch == 1) session.BackboneGroups[1].Parameters[0].Freeze(); } },
            new Hook { OnStep = step => { if (step.Session.EpochBatch == 0) frozen.Add(Parameters(step.Session).Count(p => !p.Parameter.requires_grad)); } });
        frozen.Should().Equal(0, 1, 0);
    }

    [Fact]
    public void A_parameter_that_a_predicate_freezes_is_not_in_the_optimizer()
    {
        var optimizer = new NamesOfUpdates();
        _experiment.Fit(Experiment.Options with { Optimizer = optimizer, Epochs = 1 }, new Hook
        {
            OnPrepare = session => Freeze(session, p => p.Name.Contains(".conv", StringComparison.Ordinal)),
        });
        optimizer.Shapes.Should().HaveCount(3 * 6).And.NotContain(shape => shape.Length == 4);
    }

    [Fact]
    public void Factors_of_groups_and_parameters_multiply()
    {
        var optimizer = new NamesOfUpdates();
        _experiment.Fit(Experiment.Options with { Optimizer = optimizer, Epochs = 1 }, new Hook
        {
            OnPrepare = session =>
            {
                session.Head.LearningRateFactor = 10;
                session.Head.Parameters[1].LearningRateFactor = 0.5;
                session.BackboneGroups[0].Parameters[0].LearningRateFactor = 3;
            },
        });
        optimizer.Rates.Where(rate => rate != 1).Distinct().Should().BeEquivalentTo([10.0, 5, 3]);
    }

    [Fact]
    public void Flags_are_back_after_an_exception_too()
    {
        _experiment.Invoking(e => e.Fit(null, new FreezeBackbone(), new Hook { OnStepDone = _ => throw new InvalidDataException() }))
            .Should().Throw<InvalidDataException>();
        _experiment.Backbone.Module.parameters().Should().OnlyContain(parameter => parameter.requires_grad);
    }

    private static IEnumerable<TrainingParameter> Parameters(TrainingSession session) =>
        session.Groups.SelectMany(group => group.Parameters);

    private static void Freeze(TrainingSession session, Func<TrainingParameter, bool> predicate)
    {
        foreach (var parameter in Parameters(session).Where(predicate)) parameter.Freeze();
    }

    private IEnumerable<string> Changed(Dictionary<string, byte[]> before) =>
        [.. _experiment.State().Where(entry => !entry.Value.AsSpan().SequenceEqual(before[entry.Key])).Select(entry => entry.Key)];

    /// <summary>Notes what it is to update; updates nothing.</summary>
    private sealed record NamesOfUpdates : Optimizer, IOptimizer
    {
        public NamesOfUpdates() => LearningRate = 1;

        public List<long[]> Shapes { get; } = [];

        public List<double> Rates { get; } = [];

        public override IOptimizer Create() => this;

        public void Step(IReadOnlyList<ParameterGroup> groups)
        {
            Shapes.AddRange(groups.SelectMany(group => group.Parameters).Select(parameter => parameter.shape));
            Rates.AddRange(groups.Select(group => group.LearningRate));
        }

        public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) => new Dictionary<string, Tensor>();

        public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history) { }

        public void Dispose() { }
    }
}
