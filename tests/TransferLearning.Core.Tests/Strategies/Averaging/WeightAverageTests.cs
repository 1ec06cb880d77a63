using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Strategies.Averaging;

/// <summary>Averages of formula weights after each step against timm and PyTorch, and whole runs.</summary>
public sealed class WeightAverageTests
{
    private static readonly GoldenCase Golden = GoldenCase.Open("training/averaging");

    private static readonly (string Name, long[] Shape)[] State =
    [
        ("ids", [3]), ("fc.weight", [4, 3]), ("fc.bias", [4]), ("bn.weight", [4]), ("bn.bias", [4]), ("bn.running_mean", [4]),
        ("bn.running_var", [4]), ("bn.num_batches_tracked", []),
    ];

    public static TheoryData<string> Cases => GoldenTraining.Cases("averaging");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Averages_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var golden = Golden.Case(name);
        var strategy = name switch
        {
            "timm_v3" => new ExponentialAveraging(0.9),
            "timm_v3_warmup" => new ExponentialAveraging(0.8) { CopiedSteps = 3, Warmup = new AveragingWarmup(2, 0.75, 0.3) },
            _ => new ExponentialAveraging(0.9) { CopiedSteps = 1 },
        };
        using var average = new WeightAverage([]) { AveragesBuffers = name is "timm_v3" or "timm_v3_step" or "torch_ema_buffers" };
        average.Begin(Model(0));

        foreach (var (i, expected) in golden.GetProperty("after").EnumerateArray().Index())
        {
            average.Update(Model(i + 1), name == "torch_swa" ? (double)i / (i + 1) : strategy.Decay(i + 1));

            var state = new StrategyState();
            average.Save(state);
            var (tolerance, values) = (golden.GetProperty("tolerance").GetDouble(), expected.Floats());
            var actual = cat([.. State.Select(entry => state.Tensors["average." + entry.Name].to_type(ScalarType.Float32).flatten())]);
            // This one truncates the mean of integers, which count something: here they are copied.
            if (name == "torch_ema_buffers") actual[3..35].Should().BeWithin(tolerance, values.AsSpan(3, 32), $"step {i + 1}");
            else actual.Should().BeWithin(tolerance, values, $"step {i + 1}");
        }
        golden.GetProperty("after").GetArrayLength().Should().BeGreaterThan(3);
    }

    [Fact]
    public void The_mean_gets_the_batch_norm_statistics_of_PyTorchs_update_bn()
    {
        var golden = Golden.Json.GetProperty("update_bn");
        using var scope = NewDisposeScope();
        using var model = new ModuleBackbone(
            "net", nn.Sequential(("fc", nn.Linear(3, 4)), ("bn", nn.BatchNorm1d(4))), 4).WithHead(
                new LinearHead(["a", "b"]), ownsBackbone: true);
        float[] mean = Golden.Case("torch_swa").GetProperty("after").EnumerateArray().Last().Floats();
        using (no_grad())
        {
            model.Backbone.Module.get_parameter("fc.weight")!.copy_(tensor(mean[3..15], [4, 3]));
            model.Backbone.Module.get_parameter("fc.bias")!.copy_(tensor(mean[15..19]));
            model.Backbone.Module.get_parameter("bn.weight")!.copy_(tensor(mean[19..23]));
            model.Backbone.Module.get_parameter("bn.bias")!.copy_(tensor(mean[23..27]));
        }
        var inputs = cat([.. golden.GetProperty("input").EnumerateArray().Select(Formula.Input)]);
        var data = new TensorDataset(inputs, [.. Enumerable.Range(0, 19).Select(i => i % 2)], ["a", "b"]);

        // Weights that stand still are their own mean. Batches of 8, 8 and 3.
        new Trainer(
            new TrainerOptions { Epochs = 1, BatchSize = 8, Sampler = new SequentialSampler(), Optimizer = new Sgd(1e-30, momentum: 0), Device = CPU }, new StochasticWeightAveraging(0)).Fit(model, data);

        var tolerance = golden.GetProperty("tolerance").GetDouble();
        model.Backbone.Module.get_buffer("bn.running_mean")!.Should().BeWithin(tolerance, golden.GetProperty("running_mean").Floats());
        model.Backbone.Module.get_buffer("bn.running_var")!.Should().BeWithin(tolerance, golden.GetProperty("running_var").Floats());
        using var _ = no_grad();
        ((nn.Module<Tensor, Tensor>)model.Backbone.Module).call(inputs[..8]).flatten()
            .Should().BeWithin(
                tolerance, [.. golden.GetProperty("eval_output_of_batch_0").EnumerateArray().SelectMany(row => row.Floats())]);
    }

    [Fact]
    public void A_backbone_that_is_a_batch_norm_itself_gets_its_statistics_too()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleBackbone("norm", nn.BatchNorm1d(2), 2).WithHead(new LinearHead(["a", "b"]), ownsBackbone: true);
        var data = new TensorDataset(tensor([1f, -1, 2, -2, 3, -3, 6, -6], [4, 2]), [0, 1, 0, 1], ["a", "b"]);

        new Trainer(new TrainerOptions { Epochs = 1, BatchSize = 4, Device = CPU }, new StochasticWeightAveraging(0)).Fit(model, data);

        model.Backbone.Module.get_buffer("running_mean")!.Should().BeWithin(1e-5, [3, -3]);
    }

    [Theory]
    [NoTensorLeaks(MakesModels = true)]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_report_measures_is_what_the_model_keeps(bool isMean)
    {
        using var plain = new Experiment();
        using var averaged = new Experiment();
        IFineTuneStrategy strategy = isMean ? new StochasticWeightAveraging(0.3) : new ExponentialAveraging(0.9);

        plain.Fit();
        var report = averaged.Fit(null, strategy);

        averaged.Logits().Should().NotEqual(plain.Logits(), "the average is another model than the last weights");
        new Trainer(Experiment.Options).Evaluate(averaged.Model, averaged.Validation).Loss.Should().Be(report.Evaluation!.Loss);
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void Early_stopping_keeps_the_average_of_its_best_epoch()
    {
        using var experiment = new Experiment();

        var report = experiment.Fit(Experiment.Options with { Epochs = 6 }, new ExponentialAveraging(0.8), new EarlyStopping(patience: 2));

        report.WeightsFromEpoch.Should().Be(report.BestEpoch);
        new Trainer(Experiment.Options).Evaluate(experiment.Model, experiment.Validation).Loss.Should()
            .Be(report.Epochs[report.WeightsFromEpoch - 1].Evaluation!.Loss);
    }

    [Fact]
    [NoTensorLeaks(MakesModels = true)]
    public void A_run_that_is_cancelled_while_it_computes_statistics_leaves_those_of_its_steps()
    {
        using var plain = new Experiment();
        plain.Fit(Experiment.Options with { Epochs = 1 });
        using var cancelled = new Experiment();

        cancelled.Model.StopsAt(
            cancelled.Train, null, Experiment.Options, [new StochasticWeightAveraging(0)], now => now.Phase == TrainingPhase.Validating, out _).Should().BeTrue();

        cancelled.State().Should().BeEquivalentTo(plain.State(), "the mean of one epoch is its end");
    }

    private static IEnumerable<(string, Tensor)> Model(int step) => State.Select(entry => (entry.Name, entry.Name switch
    {
        "ids" => tensor(new long[] { 1 + step, 2 + step, 3 + step }),
        "bn.num_batches_tracked" => tensor(10L * step),
        var name when name.Contains("running", StringComparison.Ordinal) => Formula.Weight($"step.{step}.{name}", entry.Shape),
        var name => new TorchSharp.Modules.Parameter(Formula.Weight($"step.{step}.{name}", entry.Shape)),
    }));
}
