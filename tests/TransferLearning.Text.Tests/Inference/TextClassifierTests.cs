using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Inference;

[NoTensorLeaks(MakesModels = true)]
public sealed class TextClassifierTests : IDisposable
{
    private static readonly string Glosses = Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_becomes_a_classifier_that_says_what_it_did_and_is_saved_as_one_file()
    {
        var (train, _) = TextFile.Open(Path.Combine(Glosses, "train.csv")).Split(0.5);
        using var classifier = TextClassifier.FineTune(
            train, TextFile.Open(Path.Combine(Glosses, "validation.csv")), options: new FineTuneOptions { Method = FineTuneMethod.Head });

        classifier.Report!.Accuracy.Should().BeGreaterThan(0.7);
        classifier.Report.Strategies[0].Should().Be("The head alone, as asked for.");

        var path = _folder.File("glosses.safetensors");
        classifier.Save(path);
        using var loaded = TextClassifier.Load(path);
        string[] texts = ["a small bird that sings at night", "a round fruit with sweet flesh", "the joint between hand and arm"];
        loaded.Labels.Should().Equal(classifier.Labels);
        foreach (var (text, answer) in texts.Zip(classifier.Predict(texts)))
        {
            var again = loaded.Predict(text);
            again.Best.Label.Should().Be(answer.Best.Label);
            again.Best.Probability.Should().BeApproximately(answer.Best.Probability, 1e-5);
        }
        loaded.Predict(texts[0]).Best.Label.Should().Be("animal");
        loaded.Invoking(l => l.Predict(["a", null!]).ToArray()).Should().Throw<ArgumentException>().WithMessage("Text 1 is null*");
    }

    [Fact]
    public void A_file_with_one_text_a_class_is_learnt_without_validation()
    {
        using var classifier = TextClassifier.FineTune(
            _folder.Write("a.csv", "text,label\na small bird that sings,animal\na round fruit,food\n"));
        classifier.Report!.Evaluation.Should().BeNull();
        classifier.Report.Warnings.Should().Contain(warning => warning.StartsWith("Nothing was measured"));
        classifier.Predict("a small bird that sings").Best.Label.Should().Be("animal");
    }

    [Fact]
    public void Several_labels_are_learnt_on_kept_features_and_saved()
    {
        var (train, validation) = (Labelled("train.csv"), Labelled("validation.csv"));
        using var classifier = TextClassifier.FineTune(train, validation);

        var evaluation = classifier.Report!.Evaluation!.Result<MultiLabelResult>()!;
        evaluation.MeanAveragePrecision.Should().BeGreaterThan(0.85);
        evaluation.MicroF1.Should().BeGreaterThan(0.75);
        classifier.Report.Strategies[0].Should().StartWith("The head alone, since there are");
        classifier.Report.FeatureCaches.Should().OnlyContain(cache => cache.Stage == "pooled features");

        var path = _folder.File("labels.safetensors");
        classifier.Save(path);
        using var loaded = TextClassifier.Load(path);
        var answer = loaded.Predict("a small bird that sings at night");
        answer.Predictions.Should().HaveCount(train.Targets.Names.Count)
            .And.OnlyContain(label => label.Probability >= 0 && label.Probability <= 1);
        answer.Best.Label.Should().Be("animal");
        loaded.Score("a small bird").Zip(classifier.Score("a small bird"), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);

        static TextDataset Labelled(string file)
        {
            var texts = TextFile.Open(Path.Combine(Glosses, file));
            var names = texts.Targets.Names;
            return texts.WithTargets(
                Targets.Labels(((ClassTargets)texts.Targets).Indices.Select(index => (string[])[names[index]]), names));
        }
    }

    [Fact]
    public void Values_of_pairs_are_learnt_and_asked_for_by_score()
    {
        var pairs = Pairs(Targets.Values([[1f], [0f], [1f], [0f]], ["likeness"]));
        using var classifier = TextClassifier.FineTune(pairs, validation: pairs, options: new FineTuneOptions { Epochs = 200 });

        classifier.Labels.Should().Equal("likeness");
        classifier.ScorePair("a cat sat", "an animal sat")[0].Should().BeApproximately(1, 0.2f);
        classifier.ScorePair("it rains", "he sings")[0].Should().BeApproximately(0, 0.2f);
        FluentActions.Invoking(() => classifier.Predict("a cat sat")).Should().Throw<NotSupportedException>()
            .WithMessage("*values and no probabilities*");
    }

    [Fact]
    public void Text_and_pair_are_read_together()
    {
        var pairs = Pairs(Targets.Classes(["yes", "no", "yes", "no"]));
        using var classifier = TextClassifier.FineTune(
            pairs, validation: pairs, options: new FineTuneOptions { Method = FineTuneMethod.Head });
        classifier.PredictPair("a cat sat", "an animal sat").Best.Label.Should().Be("yes");
        classifier.PredictPair("it rains", "he sings").Best.Label.Should().Be("no");
    }

    [Fact]
    public void A_file_that_is_no_text_model_is_refused()
    {
        var path = _folder.File("other.safetensors");
        using (var backbone = SmallNetwork.Backbone())
        using (var model = backbone.WithHead(new LinearHead(["a", "b"])))
            model.Save(path);
        var load = () => TextClassifier.Load(path);
        load.Should().Throw<WeightFormatException>().WithMessage("*other.safetensors*reads no texts*");
    }

    [Fact]
    public void A_folder_that_is_split_is_learnt_and_measured_by_its_parts_on_a_backbone_of_this_machine()
    {
        foreach (var (part, texts) in new[] { ("train", 3), ("val", 2) })
            foreach (var kind in new[] { "animal", "food" })
                for (var i = 0; i < texts; i++) _folder.Write($"{part}/{kind}/{i}.txt", $"{kind} {i}");
        using var model = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));
        using var classifier = TextClassifier.FineTune(
            _folder.Path, model.At("model.safetensors"), new FineTuneOptions { Method = FineTuneMethod.Gradual, Epochs = 1 });
        classifier.Report!.Should().Match<TrainingReport>(
            report => report.TrainCount == 6 && report.ValidationCount == 4 && report.Backbone == model.Name && report.Stages.Count == 2);
    }

    [Fact]
    public void A_folder_of_files_that_are_splits_is_learnt_and_measured_by_its_parts()
    {
        foreach (var (part, texts) in new[] { ("train", 3), ("Validation", 2), ("test", 1) })
            _folder.Write($"{part}.csv", "text,label\n" + string.Concat(Enumerable.Range(0, texts)
                .Select(i => $"a bird {i},animal\na pear {i},food\n")));
        using var model = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));
        using var classifier = TextClassifier.FineTune(_folder.Path, model.At("model.safetensors"),
            new FineTuneOptions { Method = FineTuneMethod.Head });
        (classifier.Report!.TrainCount, classifier.Report.ValidationCount).Should().Be((6, 4));
        classifier.Report.Warnings.Should().ContainSingle().Which.Should()
            .Match("Left out of the training set: test sets (1, such as '*test.csv').");
        FluentActions.Invoking(() => TextFile.Open(_folder.Path)).Should().Throw<ArgumentException>()
            .WithMessage("*split into files*open '*train.csv' to learn from*");
    }

    [Theory]
    [InlineData("./no/such/model")]
    [InlineData("tests/no-such-model")]
    [InlineData("/no-such-model.safetensors")]
    [InlineData("no-such-model.safetensors")]
    public void What_means_a_place_on_this_machine_is_asked_for_nowhere_else(string place)
    {
        Directory.CreateDirectory("tests");
        FluentActions.Invoking(() => TextClassifier.FineTune(_folder.Write("a.csv", "text,label\na,x\nb,y\n"), place))
            .Should().Throw<DirectoryNotFoundException>().WithMessage($"There is no folder '{place}'*");
    }

    private static TextDataset Pairs(Targets targets) =>
        TextDataset.FromPairs(
            [("a cat sat", "an animal sat"), ("a cat sat", "the sun is hot"), ("it rains", "water falls"), ("it rains", "he sings")], targets);
}
