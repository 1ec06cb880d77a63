using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Heads;

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
        model.Forward(golden.Input).Should().BeWithin(golden.Tolerance, golden.Inline("logits"));
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
        var logits = model.Forward(golden.Input);
        golden.Real(logits).Should().BeWithin(golden.Tolerance, golden.Real(tensor(golden.Inline("logits"), logits.shape)));
    }

    [Fact]
    public void What_is_no_classifier_is_said_so()
    {
        var golden = GoldenCase.Open("text/bert_tiny/sequence_classification");
        using (var folder = Folder(GoldenCase.Open("text/bert_tiny/model")))
            Opening(folder).Should().Throw<InvalidDataException>().WithMessage("*no tensor 'classifier.weight'*TextBackbones.Open*");
        using (var folder = Folder(golden, ("id2label", new JsonObject { ["0"] = "a", ["1"] = "b" })))
            Opening(folder).Should().Throw<InvalidDataException>().WithMessage("*2 labels*3 outputs*");
        using (var folder = Folder(golden, ("problem_type", "regression")))
            Opening(folder).Should().Throw<NotSupportedException>().WithMessage("*problem_type = \"regression\"*objective*");
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
        model.Replacer.Reads.Should().Be(FeatureKind.Map);
        FluentActions.Invoking(() => backbone.ClassificationHead(["a", "a"])).Should().Throw<ArgumentException>().WithMessage("*'a'*2 times*");
        FluentActions.Invoking(() => backbone.TokenClassificationHead([])).Should().Throw<ArgumentException>().WithMessage("*at least one label*");
    }

    private static Action Opening(TinyFolder folder) => () => TextBackbones.OpenClassifier(folder.FullName);

    /// <summary>A folder with the case's configuration and formula weights under the reference's names.</summary>
    private static TinyFolder Folder(GoldenCase golden, params (string Field, JsonNode? Value)[] changes)
    {
        var config = JsonNode.Parse(golden.Json.GetProperty("config").GetRawText())!;
        foreach (var (field, value) in changes) config[field] = value;
        var folder = TinyFolder.Of(TinyFolder.Configuration("bert_tiny"));
        folder.Write("config.json", config.ToJsonString());
        using var scope = NewDisposeScope();
        folder.WriteWeights("model.safetensors", golden.Json.GetProperty("parameters").EnumerateArray().Select(parameter =>
            (parameter[0].GetString()!, Formula.Weight(parameter[0].GetString()!, [.. parameter[1].EnumerateArray().Select(size => size.GetInt64())], golden.Gain))));
        return folder;
    }
}
