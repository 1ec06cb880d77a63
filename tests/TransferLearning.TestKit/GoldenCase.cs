using System.Runtime.InteropServices;
using System.Text.Json;
using static TorchSharp.torch;

namespace TransferLearning.TestKit;

/// <summary>
/// What a reference implementation computes: a JSON file of tests/golden, with its tensors in a safetensors file beside it.
/// </summary>
public sealed class GoldenCase
{
    private readonly string _path;

    private GoldenCase(string path)
    {
        _path = path;
        Json = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden($"{path}.json"))).RootElement;
    }

    /// <summary>Opens tests/golden/<paramref name="path"/>.json.</summary>
    public static GoldenCase Open(string path) => new(path);

    /// <summary>The whole file.</summary>
    public JsonElement Json { get; }

    /// <summary>Gain of the weight formula; 1 where the file names none.</summary>
    public double Gain => Json.TryGetProperty("gain", out var gain) ? gain.GetDouble() : 1;

    /// <summary>Largest absolute difference that a right implementation shows.</summary>
    public double Tolerance => Json.GetProperty("tolerance").GetDouble();

    /// <summary>Name, shape and type of each tensor in the order of the reference's state_dict.</summary>
    public string[] Parameters =>
        [.. Json.GetProperty("parameters").EnumerateArray().Select(p => $"{p[0]} {p[1].GetRawText().Replace(" ", "", StringComparison.Ordinal)} {p[2]}")];

    /// <summary>The names of the entries of <c>cases</c>.</summary>
    public IEnumerable<string> Names => Json.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!);

    /// <summary>The entry of <c>cases</c> with that name.</summary>
    public JsonElement Case(string name) =>
        Json.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    /// <summary>The input that the file describes.</summary>
    public Tensor Input() => Formula.Input(Json.GetProperty("input"));

    /// <summary>The values of a float32 tensor, row by row.</summary>
    public float[] Tensor(string name)
    {
        using var file = WeightFile.Open(TestFiles.Golden($"{_path}.safetensors"));
        using var tensor = file.Read(name, ScalarType.Float32);
        return MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
    }
}
