namespace TransferLearning.Text.Tests.Training;

public class TextRecipeTests
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

    private static TextDataset Data(int classes, int examples) =>
        TextDataset.From(Enumerable.Range(0, classes * examples).Select(i => ($"text {i}", $"class {i % classes}")));
}
