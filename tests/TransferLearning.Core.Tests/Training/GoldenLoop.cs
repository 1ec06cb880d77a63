using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>The network, the data and the expected numbers of tests/golden/training/loop_cnn: 4 epochs of 5 batches of 8.</summary>
internal sealed class GoldenLoop : IDisposable
{
    private const int BatchSize = 8;

    private static readonly GoldenCase Golden = GoldenCase.Open("training/loop_cnn");

    private readonly JsonElement _case;
    private readonly string _name;
    private readonly Tensor _images;
    private readonly ModuleBackbone _backbone = SmallNetwork.Backbone();
    private readonly TensorDataset _data;

    public GoldenLoop(string name, IObjective? objective = null)
    {
        // With more threads they would only wait for each other over tensors so small.
        set_num_threads(1);
        (_case, _name) = (Golden.Case(name), name);
        var input = Golden.Json.GetProperty("input");
        using (NewDisposeScope())
            _images = cat([.. input.GetProperty("batches").EnumerateArray().Select(Formula.Input)]).DetachFromDisposeScope();
        _data = new TensorDataset(
            _images, [.. input.GetProperty("labels").EnumerateArray().SelectMany(labels => labels.Integers())], ["a", "b", "c", "d"]);
        Model = _backbone.WithHead(new LinearHead(_data.Targets.Names, 0, objective));
        using var _ = no_grad();
        foreach (var (parameter, tensor) in Model.Head.state_dict())
        {
            using var value = Formula.Weight($"head.{parameter}", tensor.shape);
            tensor.copy_(value);
        }
    }

    public TransferModel Model { get; }

    public TensorDataset Data => _data;

    public ProgressLog Progress { get; } = new();

    private IReadOnlyList<int> Labels => ((ClassTargets)_data.Targets).Indices;

    public TrainingReport Fit(TrainerOptions options, params IFineTuneStrategy[] strategies) => Fit(options, 1, strategies);

    public TrainingReport Fit(TrainerOptions options, int batchesPerStep, params IFineTuneStrategy[] strategies) =>
        new Trainer(
            options with { Epochs = 4, BatchSize = BatchSize / batchesPerStep, Sampler = new SequentialSampler(), Device = CPU }, strategies).Fit(
                Model, _data, progress: Progress);

    /// <summary>Losses of the steps, and the state and the logits after the last step are the reference's.</summary>
    public void ShouldGiveTheReferencesNumbers()
    {
        ShouldHaveTheReferencesLosses();
        ShouldEndAsTheReference();
    }

    /// <summary>The loss of each step is the reference's.</summary>
    public void ShouldHaveTheReferencesLosses()
    {
        var losses = _case.GetProperty("losses").Numbers().ToArray();
        var weights = Labels.Select(label => (long)label).Chunk(BatchSize).Select(Weight).ToArray();
        Progress.Steps.Should().HaveCount(20);
        foreach (var (step, entry) in Progress.Steps.Index())
        {
            // What is reported is the mean over the epoch so far, in which batches weigh as their targets do.
            var epoch = Enumerable.Range(0, entry.Batch).ToArray();
            var mean = epoch.Sum(i => weights[i] * losses[step + 1 - entry.Batch + i]) / epoch.Sum(i => weights[i]);
            entry.Loss.Should().BeApproximately(mean, Tolerance("losses"));
        }
    }

    /// <summary>The state and the logits after the last step are the reference's.</summary>
    public void ShouldEndAsTheReference()
    {
        foreach (var (name, tensor) in State()) tensor.Should().BeWithin(Tolerance("state"), Golden.Tensor($"{_name}/{name}"), name);
        using var logits = Logits();
        logits.Should().BeWithin(Tolerance("eval_logits"), ReferenceLogits);
    }

    /// <summary>Numbers of the case by their name.</summary>
    public double[] Numbers(string field) => _case.GetProperty(field).Numbers();

    private double Weight(long[] labels)
    {
        using var target = tensor(labels);
        return Model.Replacer.Objective.Weight(target);
    }

    /// <summary>The rate of each step, of a group with factor 1, is the reference's.</summary>
    public void ShouldHaveTheReferencesRates()
    {
        foreach (var (step, expected) in Progress.Steps.Zip(_case.GetProperty("rates").EnumerateArray()))
            step.LearningRate.Should().BeApproximately(expected[0].GetDouble(), 1e-9);
    }

    /// <summary>The logits of the first batch.</summary>
    public Tensor Logits()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Model.Forward(_images[..8]).Values.MoveToOuterDisposeScope();
    }

    public float[] ReferenceLogits => _case.GetProperty("eval_logits").Floats();

    public void Dispose()
    {
        Model.Dispose();
        _backbone.Dispose();
        _images.Dispose();
    }

    private double Tolerance(string field) => _case.GetProperty("tolerance").GetProperty(field).GetDouble();

    private IEnumerable<(string Name, Tensor Value)> State() => _backbone.Module.state_dict()
        .Where(entry => entry.Value.is_floating_point())
        .Select(entry => (SmallNetwork.GoldenName(entry.Key), entry.Value))
        .Concat(Model.Head.state_dict().Select(entry => ($"head.{entry.Key}", entry.Value)));
}
