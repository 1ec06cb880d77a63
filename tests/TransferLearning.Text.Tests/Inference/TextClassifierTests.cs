using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Inference;

public sealed class TextClassifierTests : IDisposable
{
    private static readonly string Glosses = Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_becomes_a_classifier_that_says_what_it_did_and_is_saved_as_one_file()
    {
        var (train, _) = TextFile.Open(Path.Combine(Glosses, "train.csv")).Split(0.5);
        using var classifier = TextClassifier.FineTune(train, TextFile.Open(Path.Combine(Glosses, "validation.csv")), TextRecipe.Choose(train, TextStrategy.Head));

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
    }

    [Fact]
    public void Text_and_pair_are_read_together()
    {
        var pairs = TextDataset.FromPairs([("a cat sat", "an animal sat", "yes"), ("a cat sat", "the sun is hot", "no"), ("it rains", "water falls", "yes"), ("it rains", "he sings", "no")]);
        using var classifier = TextClassifier.FineTune(pairs, recipe: TextRecipe.Choose(pairs, TextStrategy.Head));
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
}
