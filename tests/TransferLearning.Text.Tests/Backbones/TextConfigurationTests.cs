using System.Text.Json;

namespace TransferLearning.Text.Tests.Backbones;

public sealed class TextConfigurationTests
{
    [Theory]
    [InlineData("""{"model_type": "gpt2"}""", "model_type = \"gpt2\"*bert, distilbert, roberta")]
    [InlineData("""{}""", "model_type = \"\"")]
    [InlineData("""{"model_type": "bert", "position_embedding_type": "relative_key"}""", "position_embedding_type = \"relative_key\"*absolute")]
    [InlineData("""{"model_type": "bert", "is_decoder": true}""", "is_decoder = \"true\"*It supports false.")]
    [InlineData("""{"model_type": "bert", "hidden_act": "mish"}""", "hidden_act = \"mish\"*gelu")]
    [InlineData("""{"model_type": "deberta-v2", "attention_head_size": 32}""", "attention_head_size = \"32\"")]
    [InlineData("""{"model_type": "modernbert", "layer_types": ["chunked_attention"], "num_hidden_layers": 1}""", "layer_types = \"chunked_attention\"")]
    [InlineData("""{"model_type": "modernbert", "rope_parameters": {"full_attention": {"rope_type": "yarn"}}}""", "rope_type = \"yarn\"")]
    public void What_is_not_supported_is_named_with_file_and_field(string json, string message) =>
        Building(json).Should().Throw<NotSupportedException>().WithMessage($"'dir/config.json*{message}*");

    [Theory]
    [InlineData("""{"model_type": "bert", "hidden_size": "768"}""", "hidden_size = \"768\"*whole number")]
    [InlineData("""{"model_type": "bert", "hidden_size": 0}""", "hidden_size = 0*at least 1")]
    [InlineData("""{"model_type": "bert", "num_attention_heads": 5}""", "hidden_size = 768 and num_attention_heads = 5*divide")]
    [InlineData("""{"model_type": "bert", "hidden_dropout_prob": 1}""", "hidden_dropout_prob = 1*[0, 1)")]
    [InlineData("""{"model_type": "bert", "pad_token_id": 40000}""", "pad_token_id = 40000*30522")]
    [InlineData("""{"model_type": "albert", "num_hidden_groups": 13}""", "num_hidden_groups = 13*num_hidden_layers = 12")]
    [InlineData("""{"model_type": "deberta-v2", "conv_kernel_size": 3, "conv_groups": 7}""", "hidden_size = 1536 and conv_groups = 7*divide")]
    [InlineData("""{"model_type": "modernbert", "layer_types": ["full_attention"]}""", "1 layer_types and num_hidden_layers = 22")]
    [InlineData("""["bert"]""", "Array instead of an object")]
    public void What_cannot_be_is_named_with_file_and_field(string json, string message) =>
        Building(json).Should().Throw<InvalidDataException>().WithMessage($"*'dir/config.json'*{message}*");

    [Fact]
    public void Labels_are_in_the_order_of_their_ids()
    {
        Configuration("""{"id2label": {"2": "c", "0": "a", "1": "b"}}""").Labels().Should().Equal("a", "b", "c");
        Configuration("{}").Labels().Should().BeEmpty();
        FluentActions.Invoking(() => Configuration("""{"id2label": {"1": "b"}}""").Labels()).Should().Throw<InvalidDataException>().WithMessage("*id2label*0, 1, 2*");
    }

    private static Action Building(string json) => () => TextModel.Build("id", Configuration(json));

    private static TextConfiguration Configuration(string json) => new(JsonElement.Parse(json), "dir/config.json");
}
