using System.Buffers.Binary;
using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>What a reference implementation computes for one network: a file of tests/golden with its tensors beside it.</summary>
internal sealed class GoldenCase
{
    private readonly byte[] _tensors;
    private readonly JsonElement _header;
    private readonly int _dataStart;

    private GoldenCase(string path)
    {
        Json = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden($"{path}.json"))).RootElement;
        _tensors = File.ReadAllBytes(TestFiles.Golden($"{path}.safetensors"));
        _dataStart = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(_tensors);
        _header = JsonDocument.Parse(_tensors.AsMemory(8, _dataStart - 8)).RootElement;
    }

    public static GoldenCase Open(string path) => new(path);

    public JsonElement Json { get; }

    public double Gain => Json.GetProperty("gain").GetDouble();

    public double Tolerance => Json.GetProperty("tolerance").GetDouble();

    /// <summary>Names and shapes in the order of the reference's state_dict.</summary>
    public string[] Parameters =>
        [.. Json.GetProperty("parameters").EnumerateArray().Select(p => $"{p[0]} {p[1].GetRawText().Replace(" ", "", StringComparison.Ordinal)} {p[2]}")];

    public Tensor Input() => Formula.Input(Json.GetProperty("input"));

    /// <summary>A float32 tensor of the case.</summary>
    public float[] Tensor(string name)
    {
        var offsets = _header.GetProperty(name).GetProperty("data_offsets");
        var (start, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
        var values = new float[(end - start) / sizeof(float)];
        Buffer.BlockCopy(_tensors, _dataStart + start, values, 0, end - start);
        return values;
    }
}
