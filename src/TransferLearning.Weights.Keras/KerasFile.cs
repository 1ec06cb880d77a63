using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras;

/// <summary>A file of Keras with torch's names and orders.</summary>
internal sealed class KerasFile : WeightFile
{
    private readonly HdfFile _file;
    private readonly OrderedDictionary<string, TorchWeight> _weights = [];
    private readonly OrderedDictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    /// <summary>Takes over the file.</summary>
    /// <param name="path">As the caller gave it.</param>
    /// <param name="format">Name of the format.</param>
    /// <param name="file">The weights.</param>
    /// <param name="config">What lies beside the weights in an archive; null where there is none.</param>
    /// <param name="options">What the file does not say.</param>
    public KerasFile(string path, string format, HdfFile file, ModelConfig? config, KerasOptions options) : base(path, format)
    {
        _file = file;
        var named = NamedLayout.Read(path, file);
        var layers = named ?? PathLayout.Read(file, config) ?? throw new WeightFormatException(
            path, "is an HDF5 file, but holds no weights of Keras: neither the attribute 'layer_names' nor the group 'layers'.");
        var root = file.HasGroup("model_weights") ? "model_weights" : "";
        foreach (var name in new[] { "keras_version", "backend" })
            if ((file.Text("", name) ?? file.Text(root, name)) is { } value) _metadata.Add(name, value);

        // Keras 1 does not say with what it was trained, but TensorFlow numbers the outputs of its operations.
        var isOfTheano = named is not null && (_metadata.TryGetValue("backend", out var backend)
            ? backend == "theano"
            : !named.Any(layer => layer.Weights.Any(weight => weight.Array.Path.Contains(':'))));
        try
        {
            foreach (var weight in layers.SelectMany(layer => TorchWeight.Of(layer, isOfTheano, options)))
            {
                if (!_weights.TryAdd(weight.Name, weight)) throw new FormatException($"it holds '{weight.Name}' twice");
                _tensors.Add(weight.Name, new TensorInfo(weight.Array.Type, weight.Turn.Shape(weight.Array.Shape)));
            }
        }
        catch (FormatException error)
        {
            throw new WeightFormatException(path, $"does not fit together: {error.Message}.", error);
        }
    }

    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    public override IReadOnlyDictionary<string, string> Metadata => _metadata;

    protected override Tensor ReadCore(string name, TensorInfo info)
    {
        using var scope = NewDisposeScope();
        var weight = _weights[name];
        return weight.Turn.Apply(_file.Read(weight.Array)).contiguous().MoveToOuterDisposeScope();
    }

    protected override void Close() => _file.Dispose();
}
