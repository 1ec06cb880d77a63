namespace TransferLearning.Vision.Tests;

public class ImageRecipeTests
{
    [Theory]
    [InlineData(460, 49, FineTuneMethod.Auto, FineTuneMethod.Head)]
    [InlineData(300, 249, FineTuneMethod.Auto, FineTuneMethod.Head)]
    [InlineData(300, 250, FineTuneMethod.Auto, FineTuneMethod.Full)]
    [InlineData(300, 2, FineTuneMethod.Gradual, FineTuneMethod.Gradual)]
    public void The_rarest_class_and_the_number_of_images_decide_what_is_trained(int others, int examples, FineTuneMethod wanted, FineTuneMethod chosen)
    {
        var data = Images(Targets.Classes([.. Enumerable.Repeat("a", others), .. Enumerable.Repeat("b", examples)]));
        ImageRecipe.Choose(data, new FineTuneOptions { Method = wanted }).Method.Should().Be(chosen);
    }

    [Theory]
    [InlineData(499, 4, 1e-4, 0.35)]
    [InlineData(500, 9, 3e-4, 0.6)]
    public void More_images_bear_more_epochs_and_a_larger_rate(int images, int epochs, double rate, double crop)
    {
        var data = Images(Targets.Classes([.. Enumerable.Range(0, images).Select(i => i % 2 == 0 ? "a" : "b")]));
        var layers = ImageRecipe.Choose(data, new FineTuneOptions { Method = FineTuneMethod.Full }).Stages[^1].Should().BeOfType<TrainingStage>().Subject;
        (layers.Epochs, layers.Optimizer.LearningRate).Should().Be((epochs, rate));
        ((ImageDataset)layers.Data(data)).Augmentations.Should().Equal(new RandomResizedCrop { MinScale = crop }, new RandomHorizontalFlip());
    }

    [Fact]
    public void The_head_of_classes_is_computed_and_every_other_is_trained()
    {
        var classes = Images(Targets.Classes(["a", "b"]));
        Stage(classes).Should().BeOfType<ProbeStage>();
        Stage(classes, epochs: 7).Should().BeOfType<TrainingStage>().Which.Epochs.Should().Be(7);
        Stage(classes.WithAugmentation(new RandomHorizontalFlip())).Should().BeOfType<TrainingStage>().Which.Epochs.Should().Be(30);
        Stage(Images(Targets.Labels([["a"], ["b"]]))).Should().BeOfType<TrainingStage>();
        Stage(Images(Targets.Values([[1], [2]], ["age"]))).Should().BeOfType<TrainingStage>();

        static IRecipeStage Stage(ImageDataset data, int? epochs = null) =>
            ImageRecipe.Choose(data, new FineTuneOptions { Method = FineTuneMethod.Head, Epochs = epochs }).Stages.Should().ContainSingle()
                .Subject;
    }

    [Theory]
    [InlineData(19, true, 10.0)]
    [InlineData(20, false, null)]
    public void Few_images_of_a_class_are_fitted_on_vectors_of_length_1(int examples, bool normalizes, double? c)
    {
        var images = Images(Targets.Classes([.. Enumerable.Repeat("a", 20), .. Enumerable.Repeat("b", examples)]));
        var recipe = ImageRecipe.Choose(images);
        recipe.Head(images.Targets).Should().BeOfType<LinearHead>().Which.Normalize.Should().Be(normalizes);
        recipe.Stages.Should().Equal(new ProbeStage(c));
        ImageRecipe.Choose(images, new FineTuneOptions { Epochs = 3 }).Head(images.Targets).Should().BeOfType<LinearHead>().Which.Normalize.Should().BeFalse();
    }

    [Fact]
    public void Targets_bring_their_objective_and_classes_are_smoothed_where_layers_are_trained()
    {
        Objective(Targets.Classes(["a", "b"]), FineTuneMethod.Head).Should().BeOfType<CrossEntropy>().Which.LabelSmoothing.Should().Be(0);
        Objective(Targets.Classes(["a", "b"]), FineTuneMethod.Full).Should().BeOfType<CrossEntropy>().Which.LabelSmoothing.Should().Be(0.1);
        Objective(Targets.Labels([["a"], ["b"]]), FineTuneMethod.Full).Should().BeOfType<MultiLabel>();
        Objective(Targets.Values([[1], [2]], ["age"]), FineTuneMethod.Gradual).Should().BeOfType<Regression>();

        static IObjective Objective(Targets targets, FineTuneMethod method) =>
            ImageRecipe.Choose(Images(targets), new FineTuneOptions { Method = method }).Head(targets).Objective;
    }

    [Fact]
    public void Layers_learn_from_augmented_images_and_a_head_before_them_from_plain_ones()
    {
        var plain = Images(Targets.Classes(["a", "b"]));
        var flipped = plain.WithAugmentation(new RandomHorizontalFlip());
        var stages = ImageRecipe.Choose(plain, new FineTuneOptions { Method = FineTuneMethod.Full }).Stages.Cast<TrainingStage>().ToArray();
        stages.Select(stage => stage.Name).Should().Equal("head", "layers");
        Augmentations(stages[0], flipped).Should().BeEmpty();
        Augmentations(stages[1], plain).Should().Equal(new RandomResizedCrop { MinScale = 0.35 }, new RandomHorizontalFlip());
        Augmentations(stages[1], flipped).Should().Equal(new RandomHorizontalFlip());

        static IReadOnlyList<IAugmentation> Augmentations(TrainingStage stage, ImageDataset data) =>
            ((ImageDataset)stage.Data(data)).Augmentations;
    }

    [Fact]
    public void Pairs_of_images_are_learnt_from_where_that_is_asked_for_and_never_chosen()
    {
        var images = Images(Targets.Classes(["a", "b"]));
        var asked = ImageRecipe.Choose(images, new FineTuneOptions { Method = FineTuneMethod.FewShot });
        asked.Stages.Select(stage => stage.GetType()).Should().Equal(typeof(ContrastStage), typeof(ProbeStage));
        ImageRecipe.Choose(images).Method.Should().Be(FineTuneMethod.Head);
    }

    [Fact]
    public void What_no_recipe_serves_is_refused()
    {
        Refused(Images(Targets.Labels([["a"], ["b"]])), new FineTuneOptions { Method = FineTuneMethod.FewShot }, "*no single classes*");
        Refused(Images(Targets.Classes(["a", "b"])), new FineTuneOptions { Epochs = 0 }, "*Epochs is 0*");
        Refused(Images(null), new FineTuneOptions(), "*InputTargets*head of your own*");

        static void Refused(ImageDataset data, FineTuneOptions options, string message) =>
            FluentActions.Invoking(() => ImageRecipe.Choose(data, options)).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static ImageDataset Images(Targets? targets) =>
        ImageDataset.FromImages(Enumerable.Repeat(new RgbImage(1, 1, new byte[3]), targets?.Count ?? 2), targets);
}
