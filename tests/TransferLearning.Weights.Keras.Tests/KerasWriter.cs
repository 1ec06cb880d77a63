using PureHDF;

namespace TransferLearning.Weights.Keras.Tests;

/// <summary>Writes files in the forms in which Keras does.</summary>
internal static class KerasWriter
{
    /// <summary>The form of Keras 1 and 2: a group for each layer, with lists of names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="weights">Layer, name of the weight in it, its values.</param>
    /// <param name="config">The description of a whole model; null: weights alone.</param>
    /// <param name="backend">What it was trained with.</param>
    public static void Named(
        string path, IEnumerable<(string Layer, string Weight, Array Values)> weights, string? config = null, string? backend = "tensorflow")
    {
        var layers = new H5Group();
        var groups = weights.GroupBy(weight => weight.Layer).ToList();
        layers.Attributes["layer_names"] = groups.Select(layer => layer.Key).ToArray();
        if (backend is not null) layers.Attributes["backend"] = backend;
        layers.Attributes["keras_version"] = "2.4.0";
        foreach (var layer in groups)
        {
            var group = new H5Group();
            group.Attributes["weight_names"] = layer.Select(weight => weight.Weight).ToArray();
            foreach (var weight in layer) Put(group, weight.Weight.Split('/'), new H5Dataset(weight.Values));
            layers[layer.Key] = group;
        }
        var file = new H5File();
        if (config is null)
        {
            foreach (var (name, group) in layers) file[name] = group;
            foreach (var (name, value) in layers.Attributes) file.Attributes[name] = value;
        }
        else
        {
            file["model_weights"] = layers;
            file.Attributes["model_config"] = config;
        }
        file.Write(path);
    }

    /// <summary>The form of Keras 3: numbered arrays under the classes of the layers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="weights">Such as <c>layers/conv2d_1/vars/0</c>, and its values.</param>
    public static void Numbered(string path, params IEnumerable<(string Path, Array Values)> weights)
    {
        var file = new H5File();
        foreach (var (steps, values) in weights) Put(file, steps.Split('/'), new H5Dataset(values));
        file.Write(path);
    }

    private static void Put(IDictionary<string, object> group, ReadOnlySpan<string> path, object value)
    {
        if (path is [var name])
        {
            group[name] = value;
            return;
        }
        if (!group.TryGetValue(path[0], out var inner)) group[path[0]] = inner = new H5Group();
        Put((H5Group)inner, path[1..], value);
    }
}
