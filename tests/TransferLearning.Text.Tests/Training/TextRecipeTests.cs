using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Training;

[NoTensorLeaks(MakesModels = true)]
public sealed class TextRecipeTests
{
    [Theory]
    [InlineData(2, 8, TextStrategy.FewShot)]
    [InlineData(2, 100, TextStrategy.Head)]
    [InlineData(2, 1000, TextStrategy.Full)]
    public void The_number_of_examples_a_class_decides_and_the_reason_says_so(int classes, int examples, TextStrategy expected)
    {
        var recipe = TextRecipe.Choose(Data(classes, examples));
        recipe.Strategy.Should().Be(expected);
        recipe.Reason.Should().EndWith($"since there are {examples} examples a class.");
    }

    [Fact]
    public void A_strategy_that_is_asked_for_is_taken() =>
        TextRecipe.Choose(Data(2, 8), TextStrategy.Gradual).Reason.Should().Be("The head, then layer after layer, as asked for.");

    [Theory]
    [InlineData(10, TextStrategy.Head)]
    [InlineData(1000, TextStrategy.Full)]
    public void Several_labels_and_values_have_recipes_but_for_few_shot_learning(int examples, TextStrategy expected)
    {
        var labels = TextDataset.FromLabels(Enumerable.Range(0, 2 * examples).Select(i => ($"text {i}", (IReadOnlyCollection<string>)[$"label {i % 2}"])));
        var values = TextDataset.FromValues(Enumerable.Range(0, examples).Select(i => ($"text {i}", (IReadOnlyList<float>)[i])), ["number"]);
        var recipe = TextRecipe.Choose(labels);
        recipe.Strategy.Should().Be(expected);
        recipe.Reason.Should().EndWith($"{examples} examples a label.");
        using var backbone = Backbone(TextPooling.Mean);
        using var model = recipe.CreateModel(backbone, labels);
        model.Replacer.Objective.Should().Be(new MultiLabel());
        TextRecipe.Choose(values).Reason.Should().EndWith($"{examples} examples a value.");
        FluentActions.Invoking(() => TextRecipe.Choose(values, TextStrategy.FewShot)).Should().Throw<ArgumentException>().WithMessage("*several labels, or values*another strategy*");
    }

    [Theory]
    [InlineData(TextStrategy.Head, 2, TextPooling.Mean, HeadPooling.MeanMax)]
    [InlineData(TextStrategy.FewShot, 21, TextPooling.Mean, HeadPooling.MeanMax)]
    [InlineData(TextStrategy.FewShot, 2, TextPooling.Mean, HeadPooling.Backbone)]
    [InlineData(TextStrategy.Full, 2, TextPooling.Mean, HeadPooling.Backbone)]
    [InlineData(TextStrategy.Gradual, 2, TextPooling.Mean, HeadPooling.Backbone)]
    [InlineData(TextStrategy.Head, 2, TextPooling.First, HeadPooling.Backbone)]
    public void A_head_on_frozen_layers_reads_the_mean_and_the_maximum(TextStrategy strategy, int classes, TextPooling pooling, HeadPooling expected)
    {
        var data = Data(classes, 2);
        using var backbone = Backbone(pooling);
        using var model = TextRecipe.Choose(data, strategy).CreateModel(backbone, data);
        ((LinearHead)model.Replacer).Pooling.Should().Be(expected);
        backbone.Input.Pooling.Should().Be(pooling);
        model.Head.get_parameter("weight")!.shape.Should().Equal(classes, expected is HeadPooling.MeanMax ? 64 : 32);
    }

    [Fact]
    public void A_validation_set_of_other_classes_is_refused_before_the_backbone_changes()
    {
        var data = Data(2, 4);
        using var backbone = Backbone(TextPooling.Mean);
        var recipe = TextRecipe.Choose(data, TextStrategy.FewShot);
        using var model = recipe.CreateModel(backbone, data);
        var before = backbone.Module.parameters().Select(parameter => parameter.bytes.ToArray()).ToArray();
        var other = TextDataset.From([("a", "x"), ("b", "y")]);
        FluentActions.Invoking(() => recipe.Fit(model, data, other)).Should().Throw<ArgumentException>().WithMessage("*2 texts of [x, y]*a model of [class 0, class 1]*");
        backbone.Module.parameters().Select(parameter => parameter.bytes.ToArray()).Should().BeEquivalentTo(before, options => options.WithStrictOrdering());
    }

    private static TextBackbone Backbone(TextPooling pooling) =>
        TextBackbones.Blank("tiny", TinyFolder.Configuration("bert_tiny"), TinyFolder.Spec with { MaxLength = 16, Pooling = pooling });

    private static TextDataset Data(int classes, int examples) =>
        TextDataset.From(Enumerable.Range(0, classes * examples).Select(i => ($"text {i}", $"class {i % classes}")));
}
