using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>A classifier in one call.</summary>
[NoTensorLeaks(MakesModels = true)]
public sealed class FineTuneTests : IDisposable
{
    private static readonly string Clothes = Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_alone_makes_a_classifier()
    {
        using var classifier = ImageClassifier.FineTune(Path.Combine(Clothes, "train"));

        var report = classifier.Report!;
        (report.TrainCount, report.ValidationCount).Should().Be((320, 80));
        report.Accuracy.Should().BeGreaterThan(0.75);
        report.Strategies[0].Should().Be("The head alone, since there are 40 examples a class.");
        report.Strategies[1].Should().StartWith("linear probe");
        classifier.Labels.Should().HaveCount(10);
        classifier.Save(_folder.File("clothes.safetensors"));
        using var loaded = ImageClassifier.Load(_folder.File("clothes.safetensors"));
        loaded.Report.Should().BeNull();
        var image = Directory.GetFiles(Path.Combine(Clothes, "validation", "bag"))[0];
        loaded.Predict(image).Predictions.Should().Equal(classifier.Predict(image).Predictions);
    }

    [Fact]
    public void One_image_a_class_is_enough_and_nothing_is_measured()
    {
        Copy("train", "data", 1, "bag", "coat");
        using var classifier = ImageClassifier.FineTune(_folder.File("data"));
        (classifier.Report!.ValidationCount, classifier.Report.Evaluation).Should().Be((0, null));
        classifier.Report.Warnings.Should().ContainSingle().Which.Should().StartWith("Nothing was measured");
    }

    [Fact]
    public void A_split_folder_is_measured_by_its_own_images()
    {
        Copy("train", "data/Train", 4, "bag", "coat");
        Copy("validation", "data/val", 3, "bag");
        Directory.CreateDirectory(_folder.File("data/__MACOSX"));
        Directory.CreateDirectory(_folder.File("data/test"));
        _folder.Write("data/Train/coat/a.heic", "no picture");
        using var classifier = ImageClassifier.FineTune(_folder.File("data"), options: new FineTuneOptions { Device = CPU });
        (classifier.Report!.TrainCount, classifier.Report.ValidationCount).Should().Be((8, 3));
        classifier.Labels.Should().Equal("bag", "coat");
        classifier.Report.Warnings.Should().SatisfyRespectively(
            left => left.Should().Match("Left out of the training set: .heic files (1, such as '*a.heic'), "
                + "test sets (1, such as '*test')."),
            absent => absent.Should().Contain("no example of [coat]"));
    }

    [Fact]
    public void Values_are_learnt_and_given_as_a_score()
    {
        var images = Enumerable.Range(0, 24).Select(i => new RgbImage(32, 32, [.. Enumerable.Repeat((byte)(i * 10), 32 * 32 * 3)]))
            .ToArray();
        var set = ImageDataset.FromImages(
            images, Targets.Values([.. Enumerable.Range(0, 24).Select(i => new[] { i / 24f })], ["brightness"]));
        using var classifier = ImageClassifier.FineTune(set, set, options: new FineTuneOptions { Epochs = 60 });
        classifier.Score(images[22]).Single().Should().BeGreaterThan(classifier.Score(images[1]).Single() + 0.4f);
        classifier.Invoking(c => c.Predict(images[0])).Should().Throw<NotSupportedException>();
    }

    [Theory]
    [InlineData(FineTuneMethod.Full, "every layer", "batch-norm statistics frozen")]
    [InlineData(FineTuneMethod.Gradual, "the head, then layer after layer", "early stopping, patience 3 by accuracy")]
    public void The_layers_are_trained_after_the_head(FineTuneMethod method, string reason, string strategy)
    {
        Copy("train", "data", 4, "bag", "coat");
        using var classifier = ImageClassifier.FineTune(
            _folder.File("data"), options: new FineTuneOptions { Method = method, Epochs = 1, BatchSize = 4, Device = CPU });
        var report = classifier.Report!;
        report.Strategies[0].Should().BeEquivalentTo($"{reason}, as asked for.");
        report.Strategies.Should().Contain(strategy).And.Contain("freeze backbone");
        report.Stages.Select(stage => stage.Epochs.Count).Should().Equal(30, 1);
        report.Objective.Should().Contain("0.1");
    }

    [Fact]
    public void Several_labels_are_learnt_too()
    {
        Copy("train", "data", 4, "bag", "coat");
        var files = ImageFolder.Open(_folder.File("data")).Names;
        var data = ImageDataset.FromFiles(
            files, Targets.Labels(files.Select(file => file.Contains("bag", StringComparison.Ordinal) ? (string[])["bag", "thing"] : ["thing", "worn"])));
        using var classifier = ImageClassifier.FineTune(data, options: new FineTuneOptions { Device = CPU });
        classifier.Labels.Should().Equal("bag", "thing", "worn");
        classifier.Report!.Evaluation!.Result<MultiLabelResult>().Should().NotBeNull();
        classifier.Predict(files[0]).Predictions.Sum(prediction => prediction.Probability).Should().NotBeApproximately(1, 0.01);
    }

    [Fact]
    public void Local_weights_are_taken_from_where_they_lie()
    {
        Copy("train", "data", 2, "bag", "coat");
        var shipped = Path.Combine(AppContext.BaseDirectory, "weights", "efficientnet_lite0", "efficientnet_lite0.safetensors");
        var named = _folder.File("tf_efficientnet_lite0.safetensors");
        File.Copy(shipped, named);
        Directory.CreateDirectory(_folder.File("timm"));
        File.Copy(shipped, _folder.File("timm/model.safetensors"));
        _folder.Write("timm/config.json", """{"architecture": "tf_efficientnet_lite0"}""");
        foreach (var weights in new[] { named, _folder.File("timm"), _folder.File("timm/model.safetensors") })
        {
            using var classifier = ImageClassifier.FineTune(_folder.File("data"), weights);
            classifier.Report!.Backbone.Should().Be("efficientnet_lite0");
            classifier.Report.Weights!.Source.Should().Be(Path.GetFileName(weights));
        }

        File.Move(named, _folder.File("mine.safetensors"));
        Refused<ArgumentException>(_folder.File("mine.safetensors"), "*mine.safetensors' does not say of which network*config.json*");
        Refused<FileNotFoundException>("owner/model", "*no file or folder 'owner/model'*");
        Refused<FileNotFoundException>("absent.pth", "*no file or folder 'absent.pth'*");
        Refused<ArgumentException>("efficientnet_lite9", "*no vision backbone 'efficientnet_lite9'*");
        _folder.Write("timm/config.json", "[");
        Refused<WeightFormatException>(_folder.File("timm"), "*config.json'*");
    }

    private void Refused<TException>(string backbone, string message) where TException : Exception =>
        FluentActions.Invoking(() => ImageClassifier.FineTune(_folder.File("data"), backbone)).Should().Throw<TException>()
            .WithMessage(message);

    private void Copy(string part, string target, int count, params string[] classes)
    {
        foreach (var name in classes)
            foreach (var file in Directory.GetFiles(Path.Combine(Clothes, part, name)).Order(StringComparer.Ordinal).Take(count))
                _folder.Write(Path.Combine(target, name, Path.GetFileName(file)), File.ReadAllBytes(file));
    }
}
