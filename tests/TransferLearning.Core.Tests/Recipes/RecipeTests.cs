using TransferLearning.TestKit;
using TransferLearning.Tests.Training;

namespace TransferLearning.Tests.Recipes;

[NoTensorLeaks(MakesModels = true)]
public sealed class RecipeTests : IDisposable
{
    private readonly Experiment _experiment = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _experiment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Its_stages_run_one_after_the_other_and_report_together()
    {
        var recipe = Recipe(new ProbeStage(C: 1), new TrainingStage("all", 2, new Sgd(0.01), new CosineDecay()) { Monitor = "accuracy" });
        using var model = recipe.CreateModel(_experiment.Backbone, _experiment.Train.Targets);
        model.Labels.Should().Equal(Experiment.Classes);
        var report = recipe.Fit(model, _experiment.Train, _experiment.Validation, _experiment.Progress);

        report.Strategies.Should().Equal("A test.", "linear probe, C 1", "cosine decay");
        report.Stages.Select(stage => stage.Epochs.Count).Should().Equal(1, 2);
        (report.Epochs.Count, report.Monitor).Should().Be((2, "accuracy"));
        report.FeatureCaches.Should().HaveCount(2);
        report.Seconds.Should().Be(report.Stages.Sum(stage => stage.Seconds));
        report.Evaluation!.Loss.Should().BeApproximately(
            new Trainer(Experiment.Options).Evaluate(model, _experiment.Validation).Loss, 1e-6);
    }

    [Fact]
    public void Each_stage_has_a_folder_of_checkpoints_and_a_finished_recipe_makes_no_step_again()
    {
        var recipe = Recipe(new ContrastStage(4, 0.01), new TrainingStage("all", 2, new Sgd(0.01))) with
        {
            Options = Experiment.Options with { Checkpoints = new(_folder.File("run")) { Resume = true } },
        };
        using var model = recipe.CreateModel(_experiment.Backbone, _experiment.Train.Targets);
        recipe.Fit(model, _experiment.Train);
        Directory.GetDirectories(_folder.File("run")).Select(Path.GetFileName).Should().BeEquivalentTo("pairs", "all");

        using var again = new Experiment();
        using var other = recipe.CreateModel(again.Backbone, again.Train.Targets);
        recipe.Fit(other, again.Train, progress: again.Progress);
        again.Progress.Steps.Should().BeEmpty();
        Experiment.StateOf(other).Should().BeEquivalentTo(Experiment.StateOf(model));
    }

    [Fact]
    public void A_stage_may_train_on_other_data_than_the_others()
    {
        var seen = 0;
        var recipe = Recipe(new TrainingStage("some", 1, new Sgd(0.01)) { Data = Some });
        using var model = recipe.CreateModel(_experiment.Backbone, _experiment.Train.Targets);
        recipe.Fit(model, _experiment.Train).TrainCount.Should().Be(4);
        seen.Should().Be(24);

        IDataset Some(IDataset data)
        {
            seen = data.Count;
            return ((TensorDataset)data).Subset([0, 1, 2, 3]);
        }
    }

    [Fact]
    public void What_does_not_fit_is_named_before_the_first_stage()
    {
        var recipe = Recipe(new TrainingStage("all", 1, new Sgd(0.01)));
        using var model = recipe.CreateModel(_experiment.Backbone, _experiment.Train.Targets);
        var before = Experiment.StateOf(model);
        var other = new FakeDataset(_experiment.Validation) { Targets = Targets.Classes([0], ["x", "y"]) };
        recipe.Invoking(r => r.Fit(model, _experiment.Train, other))
            .Should().Throw<ArgumentException>().WithMessage("The validation set's classes are not the model's*");
        (recipe with { Stages = [] }).Invoking(r => r.Fit(model, _experiment.Train))
            .Should().Throw<ArgumentException>().WithMessage("A recipe has at least one stage.");
        Experiment.StateOf(model).Should().BeEquivalentTo(before);
    }

    [Theory]
    [InlineData(FineTuneMethod.Auto, 8, FineTuneMethod.FewShot, "Few-shot learning, since there are 8 examples a class.")]
    [InlineData(FineTuneMethod.Auto, 50, FineTuneMethod.Head, "The head alone, since there are 50 examples a class.")]
    [InlineData(FineTuneMethod.Auto, 200, FineTuneMethod.Full, "Every layer, since there are 200 examples a class.")]
    [InlineData(FineTuneMethod.Gradual, 8, FineTuneMethod.Gradual, "The head, then layer after layer, as asked for.")]
    public void The_amount_of_data_decides_the_method(FineTuneMethod wanted, int each, FineTuneMethod method, string reason)
    {
        var targets = Targets.Classes([.. Enumerable.Range(0, 2 * each).Select(i => i % 2)], ["a", "b"]);
        MethodChoice.For(targets, 2 * each, wanted, few: 16, many: 100).Should().Be(new MethodChoice(method, reason) { Examples = each });
    }

    [Fact]
    public void The_rarest_class_counts_and_other_targets_have_no_few_shot_method()
    {
        MethodChoice.For(Targets.Classes([0, 0, 0, 1], ["a", "b"]), 4, FineTuneMethod.Auto, 0, 2).Reason
            .Should().Be("The head alone, since there is one example of 'b', the rarest class.");
        MethodChoice.For(Targets.Values([[1], [2]], ["price"]), 2, FineTuneMethod.Auto, 16, 100)
            .Should().Be(new MethodChoice(FineTuneMethod.Head, "The head alone, since there are 2 examples a value.") { Examples = 2 });
        MethodChoice.For(Targets.Labels([["a"], ["b"]]), 400, FineTuneMethod.Auto, 16, 100).Method.Should().Be(FineTuneMethod.Full);
        FluentActions.Invoking(() => MethodChoice.For(new UnlistedTargets(), 5, FineTuneMethod.FewShot, 16, 100))
            .Should().Throw<ArgumentException>().WithMessage("*no single classes*");
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        new FineTuneOptions().Validate();
        Refuses(new() { Epochs = 0 }, "Epochs is 0;*");
        Refuses(new() { ValidationShare = 1 }, "ValidationShare is 1;*");
        Refuses(new() { Method = (FineTuneMethod)9 }, "Method is 9*");
        Refuses(new() { BatchSize = 0 }, "BatchSize is 0;*");
        Refuses(new() { Logger = null! }, "Logger is null*");

        static void Refuses(FineTuneOptions options, string message) =>
            options.Invoking(o => o.Validate()).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static Recipe Recipe(params IRecipeStage[] stages) => new()
    {
        Method = FineTuneMethod.Head, Reason = "A test.", Head = targets => new LinearHead(targets.Names), Stages = stages,
            Options = Experiment.Options,
    };
}
