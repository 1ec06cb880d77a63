using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Heads;

/// <summary>Each family's own heads with formula weights against Hugging Face's.</summary>
public sealed class EncoderHeadGoldenTests
{
    [Theory]
    [InlineData("bert_tiny/sequence_classification", 3)]
    [InlineData("distilbert_tiny/sequence_classification", 3)]
    [InlineData("roberta_tiny/sequence_classification", 3)]
    [InlineData("albert_tiny/sequence_classification", 3)]
    [InlineData("electra_tiny/sequence_classification", 3)]
    [InlineData("deberta_v3_tiny/sequence_classification", 3)]
    [InlineData("modernbert_tiny/sequence_classification_cls", 3)]
    [InlineData("modernbert_tiny/sequence_classification_mean", 3)]
    public void Classification_gives_the_references_logits_and_loss(string path, int outputs)
    {
        using var golden = GoldenText.Open(path);
        var logits = Classify(golden, outputs);
        var labels = tensor(
            golden.Golden.Json.GetProperty("input").GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());

        logits.Should().BeWithin(golden.Tolerance, golden.Inline("logits"));
        new CrossEntropy().Loss(logits, labels).Should().BeWithin(golden.Tolerance, golden.Inline("loss"));
    }

    [Theory]
    [InlineData("bert_tiny")]
    [InlineData("distilbert_tiny")]
    [InlineData("roberta_tiny")]
    [InlineData("albert_tiny")]
    [InlineData("electra_tiny")]
    public void The_same_head_serves_regression_and_several_labels(string family)
    {
        using (var regression = GoldenText.Open($"{family}/regression"))
            Classify(regression, 1).Should().BeWithin(regression.Tolerance, regression.Inline("logits"));
        using var multiLabel = GoldenText.Open($"{family}/multi_label");
        Classify(multiLabel, 4).Should().BeWithin(multiLabel.Tolerance, multiLabel.Inline("logits"));
    }

    [Theory]
    [InlineData("bert_tiny")]
    [InlineData("distilbert_tiny")]
    [InlineData("roberta_tiny")]
    [InlineData("electra_tiny")]
    public void Token_classification_gives_the_references_logits_and_loss(string family)
    {
        using var golden = GoldenText.Open($"{family}/token_classification");
        using var _ = no_grad();
        using var head = golden.Head(golden.Model.Family.TokenClassifierHead(golden.Model.Configuration), 5);
        var logits = head.call(golden.Hidden()).Values;

        golden.Real(logits).Should().BeWithin(golden.Tolerance, golden.Real(tensor(golden.Inline("logits"), logits.shape)));
        new CrossEntropy().Loss(logits, golden.Ids("labels")!).Should().BeWithin(golden.Tolerance, golden.Inline("loss"));
    }

    [Theory]
    [InlineData("bert_tiny/masked_lm")]
    [InlineData("distilbert_tiny/masked_lm")]
    [InlineData("roberta_tiny/masked_lm")]
    [InlineData("albert_tiny/masked_lm")]
    [InlineData("electra_tiny/generator_masked_lm")]
    [InlineData("modernbert_tiny/masked_lm")]
    public void Masked_language_models_give_the_references_logits_and_loss(string path)
    {
        using var golden = GoldenText.Open(path);
        using var _ = no_grad();
        using var head = golden.Head(golden.Model.Family.LanguageModelHead(golden.Model.Configuration), 100);
        var logits = head.call(golden.Hidden()).Values;

        golden.Real(logits).Should().BeWithin(golden.Tolerance, golden.Expected("logits", logits.shape));
        new CrossEntropy().Loss(logits, golden.Ids("labels")!).Should().BeWithin(golden.Tolerance, golden.Inline("loss"));
    }

    [Fact]
    public void Berts_pretraining_heads_give_the_references_logits()
    {
        using var golden = GoldenText.Open("bert_tiny/pretraining");
        using var _ = no_grad();
        var hidden = golden.Hidden();
        using var words = golden.Head(golden.Model.Family.LanguageModelHead(golden.Model.Configuration), 100);
        using var nextSentence = golden.Head(
            golden.Model.Family.ClassifierHead(golden.Model.Configuration) with { Output = "cls.seq_relationship" }, 2);

        golden.Real(words.call(hidden).Values).Should().BeWithin(golden.Tolerance, golden.Expected("prediction_logits", 2, 9, 100));
        nextSentence.call(hidden).Values.Should().BeWithin(golden.Tolerance, golden.Inline("seq_relationship_logits"));
    }

    [Fact]
    public void Question_answering_is_a_head_with_two_outputs_a_token()
    {
        using var golden = GoldenText.Open("bert_tiny/question_answering");
        using var _ = no_grad();
        using var head = golden.Head(new HeadLayout("qa_outputs"), 2);
        var (start, end) = head.call(golden.Hidden()).Values.unbind(-1) is [var first, var second] ? (first, second) : default;

        golden.Real(start).Should().BeWithin(golden.Tolerance, golden.Real(tensor(golden.Inline("start_logits"), 2, 9)));
        golden.Real(end).Should().BeWithin(golden.Tolerance, golden.Real(tensor(golden.Inline("end_logits"), 2, 9)));
    }

    [Fact]
    public void Electras_discriminator_is_a_head_with_one_output_a_token()
    {
        using var golden = GoldenText.Open("electra_tiny/discriminator");
        using var _ = no_grad();
        using var head = golden.Head(
            new HeadLayout("discriminator_predictions.dense_prediction") { Dense = "discriminator_predictions.dense" }, 1);

        golden.Real(head.call(golden.Hidden()).Values.squeeze(-1)).Should()
            .BeWithin(golden.Tolerance, golden.Real(tensor(golden.Inline("logits"), 2, 9)));
    }

    [Theory]
    [InlineData("bert_tiny/sequence_classification", 3)]
    [InlineData("bert_tiny/masked_lm", 100)]
    [InlineData("roberta_tiny/masked_lm", 100)]
    [InlineData("deberta_v3_tiny/sequence_classification", 3)]
    [InlineData("modernbert_tiny/masked_lm", 100)]
    public void Parameters_have_the_references_names_and_shapes(string path, int outputs)
    {
        using var golden = GoldenText.Open(path);
        var family = golden.Model.Family;
        var layout = (
            path.EndsWith("lm", StringComparison.Ordinal) ? family.LanguageModelHead : family.ClassifierHead)(golden.Model.Configuration);
        using var head = golden.Head(layout, outputs);
        var network = golden.Model.Network.named_parameters().Select(entry => entry.name).ToHashSet();
        // Decoders share weight and bias with what comes before them in the listing.
        var tied = golden.Golden.Json.TryGetProperty("tied", out var pairs)
            ? pairs.EnumerateArray().Select(pair => pair[0].GetString()!).ToArray()
            : [];

        head.named_parameters().Where(entry => !network.Contains(entry.name))
            .Select(entry => $"{entry.name} [{string.Join(',', entry.parameter.shape)}] float32")
            .Should().BeEquivalentTo(golden.Golden.Parameters.Where(parameter =>
                !parameter.StartsWith(family.Prefix + ".", StringComparison.Ordinal) && !tied.Contains(parameter.Split(' ')[0])));
    }

    private static Tensor Classify(GoldenText golden, int outputs)
    {
        using var _ = no_grad();
        using var head = golden.Head(golden.Model.Family.ClassifierHead(golden.Model.Configuration), outputs);
        return head.call(golden.Hidden()).Values;
    }
}
