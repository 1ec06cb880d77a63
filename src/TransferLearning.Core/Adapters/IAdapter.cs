using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Small layers that change what layers of a backbone compute, while those stay as they are: LoRA and its kin. A model that has one saves
/// it, and a run trains it with the layer groups that its layers sit in.
/// </summary>
public interface IAdapter : IDisposable
{
    /// <summary>Name under which it is saved, such as <c>"lora"</c>.</summary>
    string Kind { get; }

    /// <summary>What it is made again of.</summary>
    JsonObject Settings { get; }

    /// <summary>Its layers, each by the name of the backbone's module that it changes. Owned by the adapter.</summary>
    IReadOnlyDictionary<string, nn.Module> Layers { get; }

    /// <summary>Names of parameters of the backbone itself that are trained with it and saved with it (biases). Default: none.</summary>
    IReadOnlyCollection<string> BackboneParameters => [];

    /// <summary>Whether the backbone's weights hold already what it does: the model is a plain one then. Default false.</summary>
    bool IsMerged => false;

    /// <summary>
    /// Names of the modules that it changes and that no forward pass has run so far, so that it had no part in it. Default: none.
    /// </summary>
    IEnumerable<string> Uncalled => [];
}
