using System.Text.RegularExpressions;

namespace TransferLearning.Weights.Keras;

/// <summary>
/// The files of Keras 1 and 2: a group for each layer, with lists of the names. A whole model has them under <c>model_weights</c>.
/// </summary>
internal static partial class NamedLayout
{
    private const string ModelGroup = "model_weights", LayerNames = "layer_names", WeightNames = "weight_names";

    // Weights of a model that belong to none of its layers.
    private const string OwnGroup = "top_level_model_weights";

    /// <summary>Its layers; null where the file is of another form.</summary>
    public static IReadOnlyList<KerasLayer>? Read(string path, HdfFile file)
    {
        var root = file.HasGroup(ModelGroup) ? ModelGroup : "";
        if (file.Texts(root, LayerNames) is not { } names) return null;
        var config = file.Text("", "model_config") is { } json ? ModelConfig.Read(path, json) : null;
        List<(string Layer, string Weight, HdfArray Array)> weights = [];
        foreach (var layer in names.Append(OwnGroup))
        {
            var group = root.Length == 0 ? layer : $"{root}/{layer}";
            if (!file.HasGroup(group))
            {
                if (layer == OwnGroup) continue;
                throw new WeightFormatException(path, $"names the layer '{layer}', for which it has no group. Save it anew with Keras.");
            }
            foreach (var name in file.Texts(group, WeightNames) ?? [])
            {
                var (owner, weight) = Split(layer, name);
                weights.Add((owner, weight, file.Array($"{group}/{name}")));
            }
        }
        return [.. weights.GroupBy(weight => weight.Layer).Select(layer => new KerasLayer(
            layer.Key, config?.Named(layer.Key.Split('.')[^1]), [.. layer.Select(weight => (weight.Weight, weight.Array))]))];
    }

    /// <summary>
    /// The layer and the weight's name within it: <c>conv2d/kernel:0</c> in Keras 2, with scopes before it and layers within the layer after
    /// it, <c>convolution2d_1_W:0</c> in Keras 1.
    /// </summary>
    private static (string Layer, string Weight) Split(string layer, string name)
    {
        var steps = Output().Replace(name, "").Split('/');
        var (scopes, weight) = (steps[..^1], steps[^1]);
        var own = Array.LastIndexOf(scopes, layer);
        if (own < 0 && weight.StartsWith(layer + "_", StringComparison.Ordinal)) return (layer, Count().Replace(weight[(layer.Length + 1)..], "$1"));
        return (string.Join('.', scopes[(own + 1)..].Prepend(layer)), weight);
    }

    // TensorFlow's number of an operation's output.
    [GeneratedRegex(@":\d+$")]
    private static partial Regex Output();

    // The files of Keras's applications: block1_conv1_W_1:0.
    [GeneratedRegex(@"^(W|b)_\d+$")]
    private static partial Regex Count();
}
