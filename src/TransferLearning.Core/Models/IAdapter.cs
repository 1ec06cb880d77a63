using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Small layers that change what layers of a backbone compute, while those stay as they are: LoRA and its kin. A model that has one saves it,
/// and a run trains it with the layer groups that its layers sit in.
/// </summary>
public interface IAdapter : IDisposable
{
    /// <summary>Name under which it is saved, such as <c>"lora"</c>.</summary>
    string Kind { get; }

    /// <summary>What it is made again of.</summary>
    JsonObject Settings { get; }

    /// <summary>Its layers, each by the name of the backbone's module that it changes. Owned by the adapter.</summary>
    IReadOnlyDictionary<string, nn.Module> Layers { get; }
}
