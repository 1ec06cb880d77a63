using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Models;

[NoTensorLeaks(MakesModels = true)]
public sealed class ModelSummaryTests : IDisposable
{
    private readonly Experiment _experiment = new();

    public void Dispose() => _experiment.Dispose();

    [Fact]
    public void It_lists_groups_shapes_weights_and_what_a_run_would_train()
    {
        using var _ = new UnderCulture("de-DE");
        var summary = _experiment.Model.Summary(_experiment.Images);
        summary.Groups.Select(group => group.Name).Should().Equal("stage1", "stage2", "head");
        summary.Groups.Select(group => group.Weights).Should().Equal(8 * 27 + 16, 12 * 72 + 24, 4 * 12 + 4);
        summary.Groups.Select(group => group.Trained).Should().Equal(summary.Groups.Select(group => group.Weights));
        summary.Groups[0].Output.Should().Equal(36, 8, 4, 4);
        summary.Groups[1].Output.Should().Equal(36, 12, 4, 4);
        summary.Groups[2].Output.Should().Equal(36, 4);
        summary.Groups[0].Modules.Should().Equal(
            new Dictionary<string, int> { ["BatchNorm2d"] = 1, ["Conv2d"] = 1, ["MaxPool2d"] = 1, ["ReLU"] = 1 });
        summary.Bytes.Should().Be(
            4 * summary.Weights + 4 * 2 * (8 + 12) + 8 * 2, "statistics of the norms and their counters are 8 bytes and floats");
        summary.ToString().Split(Environment.NewLine).Should().Equal(
            "small, linear head of 4 outputs",
            "group   modules                               output          weights  trainable",
            "stage1  BatchNorm2d, Conv2d, MaxPool2d, ReLU  [36, 8, 4, 4]       232        232",
            "stage2  BatchNorm2d, Conv2d, ReLU             [36, 12, 4, 4]      888        888",
            "head    Dropout                               [36, 4]              52         52",
            "1,172 weights, 1,172 trainable, 0.0 MB");
    }

    [Fact]
    public void What_its_owner_froze_is_not_trainable()
    {
        _experiment.Backbone.Module.named_parameters().First().parameter.requires_grad = false;
        _experiment.Model.Summary().Groups.Select(group => group.Trained).Should().Equal(16, 888, 52);
    }

    [Fact]
    public void After_a_run_it_says_what_was_trained_and_how_well_it_went()
    {
        var report = _experiment.Fit(Experiment.Options, new FreezeBackbone());
        var summary = _experiment.Model.Summary();
        summary.Groups.Select(group => group.Trained).Should().Equal(0, 0, 52);
        (summary.Weights, summary.Trained).Should().Be((1172, 52));
        summary.ToString().Should().Contain("1,172 weights, 52 trained")
            .And.Contain(FormattableString.Invariant($"accuracy {report.Accuracy:F3}"))
            .And.NotContain("output ", "no shapes are known without an input");
    }

    [Fact]
    public void Weights_of_adapters_count_where_they_sit()
    {
        using var experiment = new Experiment();
        experiment.Fit(Experiment.Options, new LoraFineTuning(new LoraOptions { Rank = 2, TargetModules = ["stage2.conv2"] }));
        var summary = experiment.Model.Summary(experiment.Images);
        summary.Groups[1].Weights.Should().Be(888 + 2 * 72 + 12 * 2);
        summary.Groups.Select(group => group.Trained).Should().Equal(0, 2 * 72 + 12 * 2, 52);
    }

    [Fact]
    public void A_disposed_model_has_none()
    {
        var model = _experiment.Backbone.WithHead(new LinearHead(Experiment.Classes));
        model.Dispose();
        model.Invoking(m => m.Summary()).Should().Throw<ObjectDisposedException>();
    }
}
