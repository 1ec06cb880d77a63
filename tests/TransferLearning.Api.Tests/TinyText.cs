using static TorchSharp.torch;

namespace TransferLearning.Api.Tests;

/// <summary>A BERT of one layer and ten tokens in Hugging Face's layout.</summary>
internal static class TinyText
{
    private const int Width = 4, Inner = 8;
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "one", "two", "a", "b", "##s"];

    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": {{Vocabulary.Length}},
                "hidden_size": {{Width}}, "num_hidden_layers": 1,
             "num_attention_heads": 2, "intermediate_size": {{Inner}}, "max_position_embeddings": 16}
            """);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary);
        using var scope = NewDisposeScope();
        Safetensors.Write(Path.Combine(folder, "model.safetensors"),
            Weights().Select(weight => KeyValuePair.Create(weight.Name, weight.Value)));
    }

    private static IEnumerable<(string Name, Tensor Value)> Weights() =>
    [
        ("embeddings.word_embeddings.weight", randn(Vocabulary.Length, Width)),
        ("embeddings.position_embeddings.weight", randn(16, Width)),
        ("embeddings.token_type_embeddings.weight", randn(2, Width)),
        .. Norm("embeddings.LayerNorm"),
        .. Linear("encoder.layer.0.attention.self.query", Width, Width),
        .. Linear("encoder.layer.0.attention.self.key", Width, Width),
        .. Linear("encoder.layer.0.attention.self.value", Width, Width),
        .. Linear("encoder.layer.0.attention.output.dense", Width, Width),
        .. Norm("encoder.layer.0.attention.output.LayerNorm"),
        .. Linear("encoder.layer.0.intermediate.dense", Width, Inner),
        .. Linear("encoder.layer.0.output.dense", Inner, Width),
        .. Norm("encoder.layer.0.output.LayerNorm"),
        .. Linear("pooler.dense", Width, Width),
    ];

    private static (string, Tensor)[] Linear(string name, int inputs, int outputs) =>
        [($"{name}.weight", randn(outputs, inputs)), ($"{name}.bias", zeros(outputs))];

    private static (string, Tensor)[] Norm(string name) => [($"{name}.weight", ones(Width)), ($"{name}.bias", zeros(Width))];
}
