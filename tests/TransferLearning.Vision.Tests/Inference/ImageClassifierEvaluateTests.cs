using System.Globalization;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

[NoTensorLeaks(MakesModels = true)]
public sealed class ImageClassifierEvaluateTests(TrainedModel trained) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageClassifier _classifier = ImageClassifier.Load(trained.Path, CPU);

    public void Dispose()
    {
        _classifier.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_folder_gives_the_accuracy_of_its_predictions_with_interval_and_confusions()
    {
        Copy("data", 4, "bag", "coat");
        var files = ImageFolder.Open(_folder.File("data")).Names;
        var right = _classifier.Predict(files).Zip(files, (answer, file) => answer.Best.Label == ClassOf(file)).Count(hit => hit);

        var evaluation = _classifier.Evaluate(_folder.File("data"));

        evaluation.Count.Should().Be(8);
        evaluation.Accuracy.Should().Be(right / 8.0);
        evaluation.Classification!.Classes.Select(one => (one.Name, one.Support)).Should()
            .Equal([("coat", 4), ("bag", 4)], "the model's order, not the folder's");
        evaluation.ToString().Should().Contain("precision").And.Contain(
            string.Create(CultureInfo.InvariantCulture, $"Accuracy {right / 8.0:F3} (95 % interval "));
    }

    [Fact]
    public void Every_image_under_the_other_class_is_a_confusion_of_the_text()
    {
        foreach (var (file, i) in trained.Files.Select((file, i) => (file, i)))
            _folder.Write($"data/{(_classifier.Predict(file).Best.Label == "bag" ? "coat" : "bag")}/{i}.png", File.ReadAllBytes(file));
        var evaluation = _classifier.Evaluate(_folder.File("data"));
        evaluation.Accuracy.Should().Be(0);
        evaluation.ToString().Should().Contain("Taken for another, most often: ").And.MatchRegex("(coat for bag|bag for coat) [1-8]");
    }

    [Fact]
    public void A_class_of_the_model_may_be_absent_and_an_unknown_one_is_named_with_what_is_near()
    {
        Copy("data", 2, "bag");
        _classifier.Evaluate(_folder.File("data")).Count.Should().Be(2);
        Copy("other", 2, "bag", "dress");
        Refuses(() => _classifier.Evaluate(_folder.File("other")), "*'*dress' is of no known class; the classes are: coat, bag.*");
        _folder.Write("cased/Coat/a.png", File.ReadAllBytes(trained.Files[0]));
        Refuses(() => _classifier.Evaluate(_folder.File("cased")), "*'coat' and 'Coat' differ in upper and lower case.*");
        FluentActions.Invoking(() => _classifier.Evaluate(_folder.File("absent"))).Should().Throw<DirectoryNotFoundException>();
    }

    [Fact]
    public void A_split_folder_is_measured_by_its_test_images()
    {
        Copy("data/train", 1, "bag", "coat");
        Copy("data/val", 2, "bag", "coat");
        Copy("data/test", 3, "bag", "coat");
        _classifier.Evaluate(_folder.File("data")).Count.Should().Be(6);
    }

    [Fact]
    public void A_data_set_in_another_order_is_matched_by_name_and_one_with_other_names_refused_by_the_difference()
    {
        var own = ImageDataset.FromFiles(trained.Files.Select(file => (file, ClassOf(file))), ["coat", "bag"]);
        var other = ImageDataset.FromFiles(trained.Files.Select(file => (file, ClassOf(file))));
        other.Targets.Names.Should().Equal("bag", "coat");
        _classifier.Evaluate(other).Accuracy.Should().Be(_classifier.Evaluate(own).Accuracy).And.BeGreaterThan(0.5);
        Refuses(
            () => _classifier.Evaluate(ImageDataset.FromFiles(trained.Files.Select(file => (file, "hat")))), "The data set has 'hat', which the model does not know.*The model has: coat, bag.*");
        Refuses(
            () => _classifier.Evaluate(ImageDataset.FromFiles(trained.Files, Targets.Values(trained.Files.Select(_ => new[] { 1f }), ["age"]))), "The data set has 'age'*");
    }

    [Fact]
    public void Others_predict_meanwhile()
    {
        var data = ImageDataset.FromFiles(trained.Files.Select(file => (file, ClassOf(file))));
        var expected = _classifier.Predict(trained.Files[0])["coat"];
        Parallel.For(0, 8, i =>
        {
            if (i % 2 == 0) _classifier.Evaluate(data).Count.Should().Be(8);
            else _classifier.Predict(trained.Files[0])["coat"].Should().BeApproximately(expected, 1e-6);
        });
    }

    [Fact]
    public void An_image_for_which_broken_weights_give_no_numbers_is_named_and_a_disposed_classifier_refuses()
    {
        using var model = trained.Backbone.WithHead(new LinearHead(["coat", "bag"]));
        using (no_grad()) model.Head.parameters().First().fill_(double.NaN);
        var broken = new ImageClassifier(model, CPU);
        var data = ImageDataset.FromFiles(trained.Files.Select(file => (file, ClassOf(file))));
        Refuses(() => broken.Evaluate(data), "Example 0 of the data set, counted from 0, makes the model give NaN*");
        broken.Dispose();
        FluentActions.Invoking(() => broken.Evaluate(data)).Should().Throw<ObjectDisposedException>().WithMessage("*ImageClassifier*");
    }

    [Fact]
    public void It_is_cancelled_and_tells_how_far_it_is()
    {
        using var stop = new StopsAfter<TrainingProgress>(_ => true);
        var data = ImageDataset.FromFiles(Enumerable.Repeat(trained.Files[0], 100).Select(file => (file, "bag")), ["coat", "bag"]);
        FluentActions.Invoking(() => _classifier.Evaluate(data, stop, stop.Token)).Should().Throw<OperationCanceledException>();
        stop.Told.Should().NotBeEmpty().And.HaveCountLessThan(4);
    }

    private static void Refuses(Func<Evaluation> evaluate, string message) =>
        evaluate.Should().Throw<ArgumentException>().WithMessage(message);

    private static string ClassOf(string file) => Path.GetFileName(Path.GetDirectoryName(file))!;

    private void Copy(string target, int count, params string[] classes)
    {
        foreach (var name in classes)
            foreach (
                var file in Directory.GetFiles(Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data", "validation", name)).Order(StringComparer.Ordinal).Take(count))
                _folder.Write(Path.Combine(target, name, Path.GetFileName(file)), File.ReadAllBytes(file));
    }
}
