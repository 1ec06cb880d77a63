using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Models;

[NoTensorLeaks(MakesModels = true)]
public sealed class TrainingSummaryTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("de-DE", 14)]
    [InlineData("ar-SA", -11)]
    [InlineData("fa-IR", 0)]
    public void A_saved_model_knows_the_run_that_trained_it_whatever_the_culture_and_the_time_zone(string culture, double zone)
    {
        using var _ = new UnderCulture(culture);
        var clock = new FixedTime(new DateTimeOffset(2026, 3, 31, 23, 30, 0, TimeSpan.Zero), zone);
        var report = _experiment.Fit(Experiment.Options with { Seed = 7, TimeProvider = clock }, new FreezeBackbone(), new CosineDecay());
        _experiment.Model.Save(_folder.File("model.safetensors"));

        using var artefact = ModelArtefact.Open(_folder.File("model.safetensors"));
        var summary = artefact.TrainingSummary!;
        summary.Should().BeEquivalentTo(_experiment.Model.TrainingSummary);
        (summary.Date, summary.TrainCount, summary.ValidationCount, summary.Epochs, summary.BatchSize, summary.Seed)
            .Should().Be((new DateOnly(2026, 3, 31), 24, 12, 3, 8, 7));
        summary.Accuracy.Should().Be(report.Accuracy);
        summary.AccuracyInterval.Should().Equal(report.Classification!.AccuracyInterval);
        summary.Measures.Should().Equal(report.Evaluation!.Values);
        summary.Strategies.Should().Equal(report.Strategies);
        summary.Optimizer.Should().Be(report.Optimizer);
        summary.LibraryVersion.Should().Be(report.Versions["transferLearning"]);
        summary.Trained.Should().Equal(new Dictionary<string, long> { ["head"] = 4 * 12 + 4 });
        summary.ToString().Should().StartWith("Trained on 2026-03-31 by TransferLearning ")
            .And.Contain("24 examples to learn from, 12 to measure by, 3 epochs, batches of 8, seed 7")
            .And.Contain(FormattableString.Invariant($"accuracy {report.Accuracy:F3}"));
        using var restored = artefact.Restore(SmallNetwork.Backbone());
        restored.TrainingSummary.Should().BeEquivalentTo(summary);
    }

    [Fact]
    public void Two_runs_on_a_day_give_the_same_bytes_and_another_day_is_another_file()
    {
        byte[] Run(int day, int hour)
        {
            using var experiment = new Experiment();
            experiment.Fit(
                Experiment.Options with { TimeProvider = new FixedTime(new DateTimeOffset(2026, 5, day, hour, 0, 0, TimeSpan.Zero)) });
            experiment.Model.Save(_folder.File("model.safetensors"));
            return File.ReadAllBytes(_folder.File("model.safetensors"));
        }
        var first = Run(1, 1);
        Run(1, 22).Should().Equal(first);
        Run(2, 1).Should().NotEqual(first);
    }

    [Fact]
    public void The_best_checkpoint_knows_the_measures_of_its_own_epoch()
    {
        var checkpoints = new CheckpointOptions(_folder.File("run")) { Interval = TimeSpan.Zero };
        var report = _experiment.Fit(Experiment.Options with { Epochs = 8, Optimizer = new Sgd(0.8), Checkpoints = checkpoints });
        report.BestEpoch.Should().BeLessThan(8, "a rate so high makes it worse again");
        using var best = ModelArtefact.Open(_folder.File("run/best.safetensors"));
        best.TrainingSummary!.Measures.Should().Equal(report.Epochs[report.BestEpoch!.Value - 1].Evaluation!.Values);
        best.TrainingSummary.Epochs.Should().Be(report.BestEpoch);
    }

    [Fact]
    public void A_model_whose_run_failed_knows_none()
    {
        _experiment.Model.TrainingSummary.Should().BeNull();
        _experiment.Fit();
        _experiment.Model.TrainingSummary.Should().NotBeNull();
        _experiment.Invoking(
            e => e.Fit(Experiment.Options, new Hook { OnEpochDone = _ => throw new InvalidOperationException("no") })).Should()
                .Throw<InvalidOperationException>();
        _experiment.Model.TrainingSummary.Should().BeNull("the weights are no longer those of the run before");
    }

    [Fact]
    public void A_linear_probe_and_a_recipe_leave_theirs()
    {
        new LinearProbe(new LinearProbeOptions { C = 1, Device = CPU }).Fit(_experiment.Model, _experiment.Train, _experiment.Validation);
        var probe = _experiment.Model.TrainingSummary!;
        probe.Trained.Should().Equal(new Dictionary<string, long> { ["head"] = 52 });

        var recipe = new Recipe
        {
            Method = FineTuneMethod.Gradual, Reason = "to try it", Head = targets => new LinearHead(targets.Names),
                Options = Experiment.Options,
            Stages = [new ProbeStage(C: 1), new TrainingStage("all", 2, new Sgd(0.01))],
        };
        recipe.Fit(_experiment.Model, _experiment.Train, _experiment.Validation);
        var summary = _experiment.Model.TrainingSummary!;
        summary.Epochs.Should().Be(3, "of both stages");
        summary.Strategies[0].Should().Be("to try it");
        summary.Trained.Should().BeEquivalentTo(
            new Dictionary<string, long> { ["stage1"] = 8 * 27 + 16, ["stage2"] = 12 * 72 + 24, ["head"] = 52 });
    }

    [Theory]
    [InlineData("\"date\":\"2026-", "\"date\":\"31.03.")]
    [InlineData("\"trainCount\":24", "\"trainCount\":\"many\"")]
    [InlineData("\"strategies\":[]", "\"strategies\":[null]")]
    public void A_damaged_one_is_said_to_be(string text, string damage)
    {
        _experiment.Fit(Experiment.Options with { TimeProvider = new FixedTime(new DateTimeOffset(2026, 3, 31, 0, 0, 0, TimeSpan.Zero)) });
        var description = ModelDescription.Of(_experiment.Model).ToJson();
        description.Should().Contain(text);
        FluentActions.Invoking(
            () => ModelDescription.Read("model.safetensors", description.Replace(text, damage, StringComparison.Ordinal)))
            .Should().Throw<WeightFormatException>().WithMessage("*model.safetensors*damaged*");
    }
}
