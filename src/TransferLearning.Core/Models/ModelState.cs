using System.Security.Cryptography;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The tensors of a model under the names that they have in a file.</summary>
internal static class ModelState
{
    public const string Backbone = "backbone.", Head = "head.", Adapter = "adapter.";

    /// <summary>
    /// Everything that is saved: what belongs to a layer group, the head, the adapters. An original classifier belongs to no group: the
    /// head has taken its place.
    /// </summary>
    public static OrderedDictionary<string, Tensor> Of(TransferModel model)
    {
        OrderedDictionary<string, Tensor> state = [];
        foreach (var (name, tensor) in LoadPlan.StateOf(model.Backbone.Module))
            if (model.Backbone.LayerGroups.Any(group => group.Owns(name))) state[Backbone + name] = tensor;
        foreach (var (name, tensor) in LoadPlan.StateOf(model.Head)) state[Head + name] = tensor;
        foreach (var (name, tensor) in model.Adapters.SelectMany(Layers)) state[name] = tensor;
        return state;
    }

    /// <summary>The tensors of an adapter.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Layers(IAdapter adapter) =>
        from layer in adapter.Layers
        from entry in LoadPlan.StateOf(layer.Value)
        select ($"{Adapter}{adapter.Kind}.{layer.Key}.{entry.Key}", entry.Value);

    /// <summary>SHA-256 of names, types, shapes and values.</summary>
    public static string Checksum(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{name} {tensor.dtype} [{string.Join(", ", tensor.shape)}]\n"));
            tensor.Visit(hash.AppendData);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
