using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests;

/// <summary>A temporary folder in Hugging Face's layout with a network of a few thousand parameters.</summary>
internal sealed class TinyFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public static TextSpec Spec { get; } = new() { Tokenizer = Tokenizer.Open(Package) };

    /// <summary>The MiniLM package beside the tests.</summary>
    public static string Package => Path.Combine(AppContext.BaseDirectory, "weights", "all_minilm_l6_v2");

    public string FullName => _folder.FullName;

    public string Name => _folder.Name;

    /// <summary>The configuration of a family's golden case, with changes.</summary>
    public static TextConfiguration Configuration(string family, params (string Field, JsonNode? Value)[] changes)
    {
        var config = JsonNode.Parse(GoldenCase.Open($"text/{family}/model").Json.GetProperty("config").GetRawText())!;
        foreach (var (field, value) in changes) config[field] = value;
        return new TextConfiguration(JsonSerializer.SerializeToElement(config), "config.json");
    }

    /// <summary>A folder with configuration, vocabulary, and a new network's weights under a prefix.</summary>
    public static TinyFolder Of(TextConfiguration configuration, string prefix = "", params (string Name, Tensor Value)[] more)
    {
        var folder = new TinyFolder();
        folder.Write("config.json", configuration.Json.GetRawText());
        File.Copy(Path.Combine(Package, "vocab.txt"), folder.At("vocab.txt"));
        using var network = TextModel.Build("tiny", configuration).Network;
        network.Initialize(_ => true);
        folder.WriteWeights(
            "model.safetensors", [.. network.named_parameters().Select(entry => (prefix + entry.name, (Tensor)entry.parameter)), .. more]);
        return folder;
    }

    public string At(string file) => Path.Combine(FullName, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
    }

    public void WriteWeights(string file, params IEnumerable<(string Name, Tensor Value)> tensors) =>
        Safetensors.Write(At(file), tensors.Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));

    public void Dispose() => _folder.Delete(recursive: true);
}
