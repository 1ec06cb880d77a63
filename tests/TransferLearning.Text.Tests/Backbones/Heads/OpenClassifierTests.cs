using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Heads;

[NoTensorLeaks(MakesModels = true)]
public sealed class OpenClassifierTests
{
    private static readonly JsonNode Moods = new JsonObject { ["0"] = "sad", ["1"] = "so-so", ["2"] = "glad" };

    [Theory]
    [InlineData("bert_tiny/sequence_classification")]
    [InlineData("distilbert_tiny/sequence_classification")]
    [InlineData("roberta_tiny/sequence_classification")]
    [InlineData("albert_tiny/sequence_classification")]
    [InlineData("electra_tiny/sequence_classification")]
    [InlineData("deberta_v3_tiny/sequence_classification")]
    [InlineData("modernbert_tiny/sequence_classification_mean")]
    public void A_fine_tuned_folder_predicts_as_the_reference(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        using var folder = Folder(golden.Golden, ("id2label", Moods.DeepClone()));
        using var model = TextBackbones.OpenClassifier(folder.FullName);
        using var backbone = model.Backbone;

        model.Labels.Should().Equal("sad", "so-so", "glad");
        model.Head.training.Should().BeFalse();
        model.Forward(golden.Input).Values.Should().BeWithin(golden.Tolerance, golden.Inline("logits"));
    }

    [Fact]
    public void A_fine_tuned_folder_for_tokens_does_too()
    {
        using var golden = GoldenText.Open("distilbert_tiny/token_classification");
        using var _ = no_grad();
        using var folder = Folder(golden.Golden, ("architectures", new JsonArray("DistilBertForTokenClassification")));
        using var model = TextBackbones.OpenClassifier(folder.FullName);
        using var backbone = model.Backbone;

        model.Labels.Should().Equal("LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4");
        var logits = model.Forward(golden.Input).Values;
        golden.Real(logits).Should().BeWithin(golden.Tolerance, golden.Real(tensor(golden.Inline("logits"), logits.shape)));
    }

    [Theory]
    [InlineData("bert_tiny/masked_lm")]
    [InlineData("distilbert_tiny/masked_lm")]
    [InlineData("roberta_tiny/masked_lm")]
    [InlineData("albert_tiny/masked_lm")]
    [InlineData("modernbert_tiny/masked_lm")]
    public void A_masked_language_model_has_an_output_for_each_token_and_no_labels_and_is_saved(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        using var folder = Folder(golden.Golden, ("architectures", new JsonArray("BertForMaskedLM")));
        using var model = TextBackbones.OpenClassifier(folder.FullName);
        model.Save(folder.At("saved.safetensors"));
        using var restored = TextBackbones.OpenModel(folder.At("saved.safetensors"), null);

        (model.Labels.Count, model.Replacer.Outputs).Should().Be((0, 100));
        restored.Replacer.Metrics.Should().Equal(new ClassificationMetric());
        using var logits = model.Forward(golden.Input).Values;
        using var again = restored.Forward(golden.Input).Values;
        golden.Real(logits).Should().BeWithin(golden.Tolerance, golden.Expected("logits", logits.shape));
        again.Should().BeIdenticalTo(logits);
    }

    [Fact]
    public void What_is_no_classifier_is_said_so()
    {
        var golden = GoldenCase.Open("text/bert_tiny/sequence_classification");
        using (var folder = Folder(GoldenCase.Open("text/bert_tiny/model")))
            Opening(folder).Should().Throw<InvalidDataException>().WithMessage("*no tensor 'classifier.weight'*TextBackbones.Open*");
        using (var folder = Folder(golden, ("id2label", new JsonObject { ["0"] = "a", ["1"] = "b" })))
            Opening(folder).Should().Throw<InvalidDataException>().WithMessage("*2 labels*3 outputs*");
        foreach (var name in new[] { "a", " " })
            using (var folder = Folder(golden, ("id2label", new JsonObject { ["0"] = "a", ["1"] = name, ["2"] = "c" })))
                Opening(folder).Should().Throw<InvalidDataException>().WithMessage("*id2label*all different*");
        using (var folder = Folder(golden, ("problem_type", "ranking")))
            Opening(folder).Should().Throw<NotSupportedException>().WithMessage("*problem_type = \"ranking\"*multi_label_classification*");
    }

    [Theory]
    [InlineData("BertForMultipleChoice")]
    [InlineData("BertForQuestionAnswering")]
    [InlineData("BertForNextSentencePrediction")]
    public void Heads_of_other_kinds_are_refused(string architecture)
    {
        using var folder = Folder(
            GoldenCase.Open("text/bert_tiny/sequence_classification"), ("architectures", new JsonArray(architecture)));
        Opening(folder).Should().Throw<InvalidDataException>().WithMessage($"*'{architecture}'*...ForSequenceClassification*");
    }

    [Fact]
    public void A_language_model_with_a_table_of_its_own_is_refused()
    {
        var golden = GoldenCase.Open("text/bert_tiny/masked_lm");
        using var folder = Folder(golden, ("architectures", new JsonArray("BertForMaskedLM")), ("tie_word_embeddings", false));
        Opening(folder).Should().Throw<NotSupportedException>().WithMessage("*tie_word_embeddings = \"false\"*It supports true.");
    }

    [Theory]
    [InlineData("bert_tiny/regression", null, typeof(Regression))]
    [InlineData("bert_tiny/regression", "regression", typeof(Regression))]
    [InlineData("bert_tiny/multi_label", "multi_label_classification", typeof(MultiLabel))]
    [InlineData("bert_tiny/multi_label", "regression", typeof(Regression))]
    [InlineData("bert_tiny/multi_label", "single_label_classification", typeof(CrossEntropy))]
    [InlineData("bert_tiny/multi_label", null, typeof(CrossEntropy))]
    public void The_configuration_says_what_the_head_was_trained_for(string path, string? problemType, Type objective)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        using var folder = Folder(golden.Golden, ("problem_type", problemType));
        using var model = TextBackbones.OpenClassifier(folder.FullName);

        model.Replacer.Objective.Should().BeOfType(objective);
        model.Forward(golden.Input).Values.Should().BeWithin(golden.Tolerance, golden.Inline("logits"));
    }

    [Theory]
    [InlineData("bert_tiny/sequence_classification")]
    [InlineData("albert_tiny/sequence_classification")]
    [InlineData("deberta_v3_tiny/sequence_classification")]
    [InlineData("modernbert_tiny/sequence_classification_mean")]
    public void A_saved_model_has_the_same_head_again(string path)
    {
        var golden = GoldenCase.Open($"text/{path}");
        using var folder = Folder(golden, ("id2label", Moods.DeepClone()));
        using var opened = new TextClassifier(TextBackbones.OpenClassifier(folder.FullName));
        opened.Save(folder.At("saved.safetensors"));
        using var loaded = TextClassifier.Load(folder.At("saved.safetensors"));

        loaded.Labels.Should().Equal("sad", "so-so", "glad");
        loaded.Score("a b c").Should().Equal(opened.Score("a b c"));
        loaded.Predict("a b c").Should().BeEquivalentTo(opened.Predict("a b c"));
    }

    [Fact]
    public void A_saved_model_for_values_or_tokens_is_one_again()
    {
        using (var folder = Folder(GoldenCase.Open("text/bert_tiny/regression")))
        {
            using (var model = TextBackbones.OpenClassifier(folder.FullName)) model.Save(folder.At("saved.safetensors"));
            using var loaded = TextClassifier.Load(folder.At("saved.safetensors"));
            loaded.Score("a b c").Should().ContainSingle();
            FluentActions.Invoking(() => loaded.Predict("a b c")).Should().Throw<NotSupportedException>()
                .WithMessage("*values and no probabilities*");
        }
        using var golden = GoldenText.Open("distilbert_tiny/token_classification");
        using var _ = no_grad();
        using var tokens = Folder(golden.Golden, ("architectures", new JsonArray("DistilBertForTokenClassification")));
        using var original = TextBackbones.OpenClassifier(tokens.FullName);
        original.Save(tokens.At("saved.safetensors"));
        using var restored = TextBackbones.OpenModel(tokens.At("saved.safetensors"), null);

        using var now = restored.Forward(golden.Input).Values;
        using var before = original.Forward(golden.Input).Values;
        now.Should().BeIdenticalTo(before);
        using var classifier = TextClassifier.Load(tokens.At("saved.safetensors"));
        FluentActions.Invoking(() => classifier.Predict("a b c")).Should().Throw<NotSupportedException>()
            .WithMessage("*shape [1, 5, 5] and not [1, 5], a row for each example*");
    }

    [Fact]
    public void Masked_places_are_filled_in()
    {
        var golden = GoldenCase.Open("text/bert_tiny/masked_lm");
        using var folder = Folder(golden, ("architectures", new JsonArray("BertForMaskedLM")));
        using (var model = TextBackbones.OpenClassifier(folder.FullName)) model.Save(folder.At("saved.safetensors"));
        using var filler = MaskFiller.Load(folder.At("saved.safetensors"));

        filler.Mask.Should().Be("[MASK]");
        var places = filler.Fill("a [MASK] c [MASK]", count: 100);
        places.Should().HaveCount(2);
        foreach (var tokens in places)
        {
            tokens.Should().HaveCount(100).And.BeInDescendingOrder(token => token.Probability).And.Contain(token => token.Label == "a")
                .And.Contain(token => token.Label == "<id 50>");
            tokens.Sum(token => token.Probability).Should().BeApproximately(1, 1e-4);
        }
        FluentActions.Invoking(() => filler.Fill("a b")).Should().Throw<ArgumentException>().WithMessage("*write [MASK] where*");
    }

    [Fact]
    public void A_classifier_fills_in_nothing()
    {
        using var folder = Folder(GoldenCase.Open("text/bert_tiny/sequence_classification"));
        using var filler = new MaskFiller(TextBackbones.OpenClassifier(folder.FullName));
        FluentActions.Invoking(() => filler.Fill("a [MASK]")).Should().Throw<NotSupportedException>()
            .WithMessage("*'classification'*MaskedLanguageModelHead*");
    }

    [Fact]
    public void A_new_head_starts_from_the_pretrained_pooler()
    {
        using var scope = NewDisposeScope();
        using var folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny"));
        using var backbone = TextBackbones.Open(folder.FullName);
        using var model = backbone.WithHead(backbone.ClassificationHead(["yes", "no"]));

        model.Head.state_dict()["pooler.dense.weight"].Should().BeIdenticalTo(backbone.Module.state_dict()["pooler.dense.weight"]);
        model.Head.state_dict()["classifier.weight"].abs().max().item<float>().Should().BeInRange(0.01f, 0.2f);
        using (var same = backbone.WithHead(backbone.ClassificationHead(["yes", "no"])))
            same.Head.state_dict()["classifier.weight"].Should().BeIdenticalTo(model.Head.state_dict()["classifier.weight"]);
        using (var other = backbone.WithHead(backbone.ClassificationHead(["yes", "no"], seed: 1)))
            other.Head.state_dict()["classifier.weight"].eq(model.Head.state_dict()["classifier.weight"]).all().item<bool>().Should()
                .BeFalse();
        FluentActions.Invoking(() => backbone.ClassificationHead(["a", "a"])).Should().Throw<ArgumentException>()
            .WithMessage("*'a'*2 times*");
        FluentActions.Invoking(() => backbone.TokenClassificationHead([])).Should().Throw<ArgumentException>()
            .WithMessage("*at least two classes*");
    }

    private static Action Opening(TinyFolder folder) => () => TextBackbones.OpenClassifier(folder.FullName);

    /// <summary>A folder with the case's configuration and formula weights under the reference's names.</summary>
    private static TinyFolder Folder(GoldenCase golden, params (string Field, JsonNode? Value)[] changes)
    {
        var config = JsonNode.Parse(golden.Json.GetProperty("config").GetRawText())!;
        foreach (var (field, value) in changes) config[field] = value;
        var folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny"));
        folder.Write("config.json", config.ToJsonString());
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\n");
        using var scope = NewDisposeScope();
        folder.WriteWeights("model.safetensors", golden.Json.GetProperty("parameters").EnumerateArray().Select(parameter =>
            (parameter[0].GetString()!, Formula.Weight(parameter[0].GetString()!, [.. parameter[1].EnumerateArray().Select(size => size.GetInt64())], golden.Gain))));
        return folder;
    }
}
