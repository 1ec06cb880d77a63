using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class TextRecipeTests
{
    [Theory]
    [InlineData(2, 8, FineTuneMethod.FewShot)]
    [InlineData(2, 100, FineTuneMethod.Head)]
    [InlineData(2, 1000, FineTuneMethod.Full)]
    public void The_number_of_examples_a_class_decides_and_the_reason_says_so(int classes, int examples, FineTuneMethod expected)
    {
        var recipe = TextRecipe.Choose(Data(classes, examples));
        recipe.Method.Should().Be(expected);
        recipe.Reason.Should().EndWith($"since there are {examples} examples a class.");
    }

    [Theory]
    [InlineData(FineTuneMethod.FewShot, 2, 4, "pairs 16 5E-05, probe 100")]
    [InlineData(FineTuneMethod.FewShot, 3, 4, "pairs 20 0.0001, probe 100")]
    [InlineData(FineTuneMethod.FewShot, 3, 12, "pairs 36 0.0001, probe 100")]
    [InlineData(FineTuneMethod.FewShot, 21, 4, "probe 100")]
    [InlineData(FineTuneMethod.Head, 2, 4, "probe ")]
    [InlineData(FineTuneMethod.Gradual, 2, 4, "probe 1, layers 6 5E-05 gradual unfreezing: head alone for 0, then 1 more groups an epoch; cosine decay*")]
    [InlineData(FineTuneMethod.Full, 2, 4, "layers 3 5E-05 cosine decay*")]
    [InlineData(FineTuneMethod.Full, 21, 4, "layers 5 0.0001 cosine decay*")]
    public void Each_method_has_its_stages(FineTuneMethod method, int classes, int examples, string stages) =>
        Stages(TextRecipe.Choose(Data(classes, examples), new FineTuneOptions { Method = method })).Should().Match(stages);

    [Fact]
    public void Options_are_those_of_the_stages()
    {
        var options = new FineTuneOptions { Method = FineTuneMethod.Gradual, Epochs = 2, BatchSize = 7, Seed = 5 };
        var recipe = TextRecipe.Choose(Data(2, 8), options);
        recipe.Reason.Should().Be("The head, then layer after layer, as asked for.");
        Stages(recipe).Should().StartWith("probe 1, layers 2 ");
        recipe.Options.Should().Be(options.Training);
        FluentActions.Invoking(() => TextRecipe.Choose(Data(2, 8), options with { Epochs = 0 })).Should().Throw<ArgumentException>().WithMessage("Epochs is 0*");
    }

    [Theory]
    [InlineData(10, FineTuneMethod.Head)]
    [InlineData(1000, FineTuneMethod.Full)]
    public void Several_labels_and_values_have_recipes_but_for_few_shot_learning(int examples, FineTuneMethod expected)
    {
        var labels = TextDataset.From(Texts(2 * examples), Targets.Labels(Enumerable.Range(0, 2 * examples).Select(i => (string[])[$"label {i % 2}"])));
        var values = TextDataset.From(Texts(examples), Targets.Values(Enumerable.Range(0, examples).Select(i => (float[])[i]), ["number"]));
        var recipe = TextRecipe.Choose(labels);
        recipe.Method.Should().Be(expected);
        recipe.Reason.Should().EndWith($"{examples} examples a label.");
        recipe.Head(labels.Targets).Objective.Should().BeOfType<MultiLabel>();
        TextRecipe.Choose(values).Reason.Should().EndWith($"{examples} examples a value.");
        FluentActions.Invoking(() => TextRecipe.Choose(values, new FineTuneOptions { Method = FineTuneMethod.FewShot })).Should().Throw<ArgumentException>().WithMessage("*no single classes*another method*");
    }

    [Fact]
    public void Heads_without_an_optimum_are_trained()
    {
        FineTuneOptions head = new() { Method = FineTuneMethod.Head };
        var values = TextDataset.From(["a"], Targets.Values([[1f]], ["number"]));
        Stages(TextRecipe.Choose(values, head)).Should().Match("head 30 0.005 freeze backbone; cosine decay*");
        Stages(TextRecipe.Choose(values.WithTargets(Targets.Labels([["x"]])), head)).Should().Match("head 30 0.05 freeze backbone; cosine decay*");
        Stages(TextRecipe.Choose(values.WithTargets(Targets.Probabilities([[0.5f, 0.5f]], ["x", "y"])), head with { Epochs = 2 })).Should().Match("head 2 0.05 freeze backbone; cosine decay*");
    }

    [Theory]
    [InlineData(FineTuneMethod.Head, 2, TextPooling.Mean, HeadPooling.MeanMax, true)]
    [InlineData(FineTuneMethod.FewShot, 21, TextPooling.Mean, HeadPooling.MeanMax, true)]
    [InlineData(FineTuneMethod.FewShot, 2, TextPooling.Mean, HeadPooling.Backbone, true)]
    [InlineData(FineTuneMethod.Full, 2, TextPooling.Mean, HeadPooling.Backbone, false)]
    [InlineData(FineTuneMethod.Gradual, 2, TextPooling.Mean, HeadPooling.Backbone, false)]
    [InlineData(FineTuneMethod.Head, 2, TextPooling.First, HeadPooling.Backbone, true)]
    public void A_head_on_frozen_layers_reads_the_mean_and_the_maximum(FineTuneMethod method, int classes, TextPooling pooling, HeadPooling expected, bool isNormalized)
    {
        var data = Data(classes, 2);
        using var backbone = Backbone(pooling);
        using var model = TextRecipe.Choose(data, new FineTuneOptions { Method = method }, backbone.Input.Pooling).CreateModel(backbone, data.Targets);
        model.Replacer.Should().BeOfType<LinearHead>().Which.Should().Match<LinearHead>(head => head.Pooling == expected && head.Normalize == isNormalized);
        model.Head.get_parameter("weight")!.shape.Should().Equal(classes, expected is HeadPooling.MeanMax ? 64 : 32);
    }

    [Fact]
    public void A_validation_set_of_other_classes_is_refused_before_the_backbone_changes()
    {
        var data = Data(2, 4);
        using var backbone = Backbone(TextPooling.Mean);
        var recipe = TextRecipe.Choose(data, new FineTuneOptions { Method = FineTuneMethod.FewShot });
        using var model = recipe.CreateModel(backbone, data.Targets);
        var before = backbone.Module.parameters().Select(parameter => parameter.bytes.ToArray()).ToArray();
        var other = TextDataset.From([("a", "x"), ("b", "y")]);
        FluentActions.Invoking(() => recipe.Fit(model, data, other)).Should().Throw<ArgumentException>().WithMessage("*validation set*[x, y] against [class 0, class 1]*");
        backbone.Module.parameters().Select(parameter => parameter.bytes.ToArray()).Should().BeEquivalentTo(before, options => options.WithStrictOrdering());
    }

    private static string Stages(Recipe recipe) => string.Join(", ", recipe.Stages.Select(stage => stage switch
    {
        ContrastStage pairs => FormattableString.Invariant($"pairs {pairs.Steps} {pairs.LearningRate}"),
        ProbeStage probe => $"probe {probe.C}",
        TrainingStage training => FormattableString.Invariant($"{training.Name} {training.Epochs} {((AdamW)training.Optimizer).LearningRate} {string.Join("; ", training.Strategies.Select(strategy => strategy.Description))}"),
        _ => stage.Name,
    }));

    private static TextBackbone Backbone(TextPooling pooling) =>
        TextBackbones.Blank("tiny", TinyFolder.Configuration("bert_tiny"), TinyFolder.Spec with { MaxLength = 16, Pooling = pooling });

    private static IEnumerable<string> Texts(int count) => Enumerable.Range(0, count).Select(i => $"text {i}");

    private static TextDataset Data(int classes, int examples) =>
        TextDataset.From(Texts(classes * examples), Targets.Classes([.. Enumerable.Range(0, classes * examples).Select(i => i % classes)], [.. Enumerable.Range(0, classes).Select(i => $"class {i}")]));
}
