using TransferLearning.TestKit;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Strategies;

[NoTensorLeaks(MakesModels = true)]
public sealed class FreezingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void A_frozen_backbone_does_not_change_by_a_bit(long cacheBytes)
    {
        using var experiment = new Experiment();
        var before = experiment.State();
        experiment.Fit(Experiment.Options with { FeatureCacheBytes = cacheBytes, Optimizer = new AdamW(0.1, 0.5) }, new FreezeBackbone());

        var after = experiment.State();
        foreach (var (name, bits) in before.Where(entry => entry.Key.StartsWith("backbone.", StringComparison.Ordinal)))
            after[name].Should().Equal(bits, name);
        after["head.weight"].Should().NotEqual(before["head.weight"]);
    }

    [Fact]
    public void A_frozen_parameter_is_in_no_optimizer_group()
    {
        using var experiment = new Experiment();
        var optimizer = new RecordingOptimizer();
        experiment.Fit(Experiment.Options with { Optimizer = optimizer, Epochs = 4 }, new GradualUnfreezing());
        optimizer.Parameters.Chunk(3).Select(epoch => epoch.Distinct().Should().ContainSingle().Which).Should().Equal(2, 5, 8, 8);
    }

    [Fact]
    public void Freezing_for_some_epochs_trains_the_backbone_afterwards()
    {
        using var experiment = new Experiment();
        List<bool> frozen = [];
        experiment.Fit(
            Experiment.Options, new FreezeBackbone(epochs: 2), new Hook { OnEpoch = session => frozen.Add(session.BackboneGroups.All(group => group.IsFrozen)) });
        frozen.Should().Equal(true, true, false);
    }

    [Fact]
    public void Gradual_unfreezing_opens_groups_from_the_output_to_the_input()
    {
        using var experiment = new Experiment();
        List<string> trained = [];
        experiment.Fit(Experiment.Options with { Epochs = 5 }, new GradualUnfreezing(headEpochs: 2),
            new Hook { OnEpoch = session => trained.Add(string.Join(' ', session.BackboneGroups.Where(group => !group.IsFrozen).Select(group => group.Name))) });
        trained.Should().Equal("", "", "stage2", "stage1 stage2", "stage1 stage2");
    }

    [Fact]
    public void Frozen_batch_norm_keeps_its_statistics_while_its_weights_are_trained()
    {
        using var experiment = new Experiment();
        var before = experiment.State();
        experiment.Fit(Experiment.Options, new FreezeBatchNorm());

        var after = experiment.State();
        after["backbone.stage1.bn1.running_mean"].Should().Equal(before["backbone.stage1.bn1.running_mean"]);
        after["backbone.stage1.bn1.num_batches_tracked"].Should().Equal(before["backbone.stage1.bn1.num_batches_tracked"]);
        after["backbone.stage1.bn1.weight"].Should().NotEqual(before["backbone.stage1.bn1.weight"]);
    }

    [Fact]
    public void Where_everything_is_frozen_there_is_nothing_to_train()
    {
        using var experiment = new Experiment();
        var fit = () => experiment.Fit(Experiment.Options, new FreezeBackbone(), new Hook { OnPrepare = session => session.Head.Freeze() });
        fit.Should().Throw<InvalidOperationException>().WithMessage("*nothing to train*");
        using var plain = new ModuleBackbone("plain", TorchSharp.torch.nn.Flatten(), 192);
        using var model = plain.WithHead(new LinearHead(Experiment.Classes));
        FluentActions.Invoking(
            () => new Trainer(Experiment.Options, new Hook { OnPrepare = session => session.Head.Freeze() }).Fit(model, experiment.Train))
            .Should().Throw<InvalidOperationException>().WithMessage("*nothing to train*");
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        using var experiment = new Experiment();
        var freeze = () => new FreezeBackbone(0);
        freeze.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*1 or more epochs*");
        var gradual = () => experiment.Fit(Experiment.Options, new GradualUnfreezing(groupsPerEpoch: 0));
        gradual.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*groupsPerEpoch*");
    }

    /// <summary>Counts the parameters that it is given in each step; updates none.</summary>
    private sealed record RecordingOptimizer : Optimizer, IOptimizer
    {
        public RecordingOptimizer() => LearningRate = 1;

        public List<int> Parameters { get; } = [];

        public override IOptimizer Create() => this;

        public void Step(IReadOnlyList<ParameterGroup> groups) => Parameters.Add(groups.Sum(group => group.Parameters.Count));

        public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) => new Dictionary<string, Tensor>();

        public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history) { }

        public void Dispose() { }
    }
}
