using TransferLearning.TestKit;

namespace TransferLearning.Text.Tests.Inference;

[NoTensorLeaks(MakesModels = true)]
public sealed class TokenClassifierTests : IDisposable
{
    private static readonly string[] Labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_and_places_are_learnt_saved_and_found_in_new_texts()
    {
        string[] people = [
            "Anna Schmidt", "Peter Jones", "Maria Garcia", "John Miller", "Laura Rossi", "Tom Baker", "Elena Petrova", "Paul Martin"];
        string[] places = ["New York", "Berlin", "South Africa", "Paris", "San Francisco", "Tokyo", "Rome", "Los Angeles"];
        var train = TokenDataset.From(
            people.SelectMany(person => places.SelectMany(place => (IEnumerable<(IReadOnlyList<string>, IReadOnlyList<string>)>)
            [Tagged((person, "PER"), ("lives in", null), (place, "LOC"), (".", null)), Tagged(("In", null), (place, "LOC"), ("they met", null), (person, "PER"), ("again", null))])), Labels);
        var validation = TokenDataset.From(
            people.Zip(places.Reverse(), (person, place) => Tagged((place, "LOC"), ("is where", null), (person, "PER"), ("works .", null))), Labels);
        using var backbone = TextBackbones.Load("all_minilm_l6_v2");
        using var model = backbone.WithHead(backbone.TokenClassificationHead(Labels));

        var report = new Trainer(
            new TrainerOptions { Epochs = 8, BatchSize = 16, Optimizer = new AdamW(1e-4) }, new DiscriminativeLearningRates(head: 10), new CosineDecay(warmup: 0.1)).Fit(model, train, validation);

        report.Accuracy.Should().BeGreaterThan(0.9, "of the words");
        model.Save(_folder.File("names.safetensors"));
        using var classifier = TokenClassifier.Load(_folder.File("names.safetensors"));
        const string Text = "Yesterday Robert Brown left Madrid.";
        classifier.FindSpans(Text).Select(span => (span.Text, span.Label)).Should().Equal(("Robert Brown", "PER"), ("Madrid", "LOC"));
        foreach (var span in classifier.FindSpans(Text))
            (Text[span.Range], span.Probability is > 0.2 and <= 1).Should().Be((span.Text, true));
        classifier.Predict(Text).Select(word => word.Text).Should().Equal("Yesterday", "Robert", "Brown", "left", "Madrid", ".");
    }

    [Theory]
    [InlineData(TextSide.Right)]
    [InlineData(TextSide.Left)]
    public void A_text_of_any_length_has_each_word_once(TextSide padding)
    {
        using var classifier = new TokenClassifier(Tiny(padding));
        var text = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"word{i}"));
        classifier.Predict(text).Select(word => word.Text).Should().Equal(text.Split(' '));
        classifier.Predict("").Should().BeEmpty();
        classifier.Predict("\u0001 \ud800 x").Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("minilm/vocab.txt")]
    [InlineData("bpe2000/tokenizer_roberta.json")]
    [InlineData("unigram1000/spiece.model")]
    [InlineData("spbpe700/tokenizer.json")]
    public void Words_are_those_of_the_text_whatever_the_tokenizer(string tokenizer)
    {
        using var backbone = Backbone(new TextSpec { Tokenizer = Tokenizer.Open(TestFiles.Golden($"text/{tokenizer}")), MaxLength = 16 });
        using var classifier = new TokenClassifier(backbone.WithHead(backbone.TokenClassificationHead(Labels), ownsBackbone: true));
        const string Text = "  \"Well...\", said O'Neil\tof New\u00a0York (N.Y.)\n 東京 it's ";
        classifier.Predict(Text).Select(word => word.Text).Should().Equal(
            "\"", "Well", ".", ".", ".", "\"", ",", "said", "O", "'", "Neil", "of", "New", "York", "(", "N", ".", "Y", ".", ")", "東", "京", "it", "'", "s");
        foreach (var word in classifier.Predict(Text)) Text[word.Range].Should().Be(word.Text);
    }

    [Fact]
    public void No_text_throws()
    {
        using var classifier = new TokenClassifier(Tiny(TextSide.Right));
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            string[] words = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => string.Create(random.Next(1, 9), random, (units, r) =>
            {
                foreach (ref var unit in units) unit = (char)r.Next(r.Next(2) == 0 ? 0x300 : 0x10000);
            })).Where(word => !string.IsNullOrWhiteSpace(word)).DefaultIfEmpty("x")];
            var text = string.Join(' ', words);
            foreach (var word in classifier.Predict(text)) word.Text.Should().Be(text[word.Range]);
            var data = TokenDataset.From([(words, [.. words.Select(_ => "O")])]);
            using var batch = data.Prepare(TinyFolder.Spec).Load([0], default);
            batch.Target.Values.shape.Should().Equal(batch.Input.Values.shape);
        }
    }

    [Fact]
    public void A_model_that_labels_no_tokens_says_so()
    {
        using var backbone = Backbone(TextSide.Right);
        using var classifier = new TokenClassifier(backbone.WithHead(new LinearHead(["a", "b"])));
        FluentActions.Invoking(() => classifier.Predict("a text")).Should().Throw<NotSupportedException>()
            .WithMessage("*kind 'linear' gives [1, 2] and labels no tokens*TextClassifier*");
    }

    [Fact]
    public void The_saved_model_knows_what_a_word_is()
    {
        var backbone = Backbone(TinyFolder.Spec with { MaxLength = 16, WordSplit = WordSplit.WhiteSpace });
        using (var classifier = new TokenClassifier(backbone.WithHead(backbone.TokenClassificationHead(Labels), ownsBackbone: true)))
            classifier.Save(_folder.File("words.safetensors"));
        using var loaded = TokenClassifier.Load(_folder.File("words.safetensors"));
        loaded.Predict("it's the U.S.").Select(word => word.Text).Should().Equal("it's", "the", "U.S.");
    }

    [Fact]
    public void A_file_becomes_a_classifier_in_one_call_and_a_seed_gives_the_same_one()
    {
        using var folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)));
        var path = _folder.Write(
            "train.conll", string.Concat(Enumerable.Range(0, 10).Select(i => $"Anna B-PER\nsees O\nRome B-LOC\n{i} O\n\n")));
        double[] probabilities = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using var classifier = TokenClassifier.FineTune(path, folder.FullName, new FineTuneOptions { Epochs = 2, Seed = 7 });
            classifier.Report!.Should().Match<TrainingReport>(
                report => report.TrainCount == 8 && report.ValidationCount == 2 && report.Seed == 7 && report.Warnings.Count == 0);
            classifier.Labels.Should().Equal("B-LOC", "B-PER", "O");
            return classifier.Predict("Anna sees Rome")[0].Probability;
        })];
        probabilities[0].Should().Be(probabilities[1]);
        FluentActions.Invoking(
            () => TokenClassifier.FineTune(path, folder.FullName, new FineTuneOptions { Method = FineTuneMethod.Head })).Should()
                .Throw<ArgumentException>().WithMessage("*every layer, not by Head*");
    }

    [Theory]
    [InlineData("B-PER I-PER O B-LOC", "a b:PER d:LOC")]
    [InlineData("B-PER B-PER I-LOC I-LOC", "a:PER b:PER c d:LOC")]
    [InlineData("I-PER O I-PER I-PER", "a:PER c d:PER")]
    [InlineData("PER PER LOC O", "a b:PER c:LOC")]
    [InlineData("B-PER E-PER E-PER S-PER", "a b:PER c:PER d:PER")]
    [InlineData("B-PER I-PER L-PER U-LOC", "a b c:PER d:LOC")]
    [InlineData("S-PER I-PER O S-LOC", "a:PER b:PER d:LOC")]
    [InlineData("O O O O", "")]
    public void Labels_of_the_CoNLL_tasks_are_joined(string labels, string expected)
    {
        TextSpan[] words = [
            .. labels.Split(' ').Select((label, i) => new TextSpan($"{(char)('a' + i)}", (2 * i)..(2 * i + 1), label, 0.5))];
        string.Join(' ', TextSpan.Join("a b c d", words).Select(span => $"{span.Text}:{span.Label}")).Should().Be(expected);
    }

    private static (IReadOnlyList<string> Words, IReadOnlyList<string> Labels) Tagged(params (string Words, string? Kind)[] parts)
    {
        var words = parts.SelectMany(
            part => part.Words.Split(' ').Select((word, i) => (word, part.Kind is null ? "O" : $"{(i == 0 ? 'B' : 'I')}-{part.Kind}"))).ToArray();
        return ([.. words.Select(word => word.word)], [.. words.Select(word => word.Item2)]);
    }

    private static TransferModel Tiny(TextSide padding)
    {
        var backbone = Backbone(padding);
        return backbone.WithHead(backbone.TokenClassificationHead(Labels), ownsBackbone: true);
    }

    private static TextBackbone Backbone(TextSide padding) => Backbone(TinyFolder.Spec with { MaxLength = 16, PaddingSide = padding });

    private static TextBackbone Backbone(TextSpec spec)
    {
        var backbone = TextBackbones.Blank("tiny", TinyFolder.Configuration("bert_tiny", ("vocab_size", 30522)), spec);
        backbone.Model.Network.Initialize(_ => true);
        return backbone;
    }
}
