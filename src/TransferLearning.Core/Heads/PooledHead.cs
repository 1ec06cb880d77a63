using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A head of this library that reads one vector for each example.</summary>
public abstract class PooledHead : LabelledHead, IHeadReplacer
{
    private protected PooledHead(IReadOnlyList<string> labels, IObjective? objective) : base(labels, objective) { }

    /// <inheritdoc/>
    public abstract string Kind { get; }

    /// <summary>How a map or a sequence becomes one vector. Default: as the backbone does it.</summary>
    public HeadPooling Pooling { get; init; }

    /// <summary>
    /// Whether the vector is scaled to length 1, as sentence encoders are made to be used; of <see cref="HeadPooling.MeanMax"/> both parts
    /// alike. Default false. It suits a <see cref="LinearProbe"/>, whose C then means the same for every backbone.
    /// </summary>
    public bool Normalize { get; init; }

    /// <inheritdoc/>
    public JsonObject Settings
    {
        get
        {
            var settings = OwnSettings();
            if (Pooling != HeadPooling.Backbone) settings["pooling"] = SavedName.Of(Pooling);
            if (Normalize) settings["normalize"] = true;
            return settings;
        }
    }

    /// <inheritdoc/>
    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        var vectors = Pooling.Pool(backbone, hidden);
        return Normalize ? Pooling.Normalize(vectors) : vectors;
    }

    /// <inheritdoc/>
    public nn.Module<TensorSet, TensorSet> Build(int featureSize) 
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureSize);
        return BuildOn(Pooling.Width(featureSize));
    }

    /// <summary>The module for vectors of that width.</summary>
    private protected abstract nn.Module<TensorSet, TensorSet> BuildOn(int width);

    /// <summary>What a head of this kind is made again of, beside the pooling.</summary>
    private protected virtual JsonObject OwnSettings() => [];

    private protected static HeadPooling PoolingOf(SavedHead saved) => SavedName.Read(saved.Settings["pooling"], HeadPooling.Backbone);

    private protected static bool NormalizeOf(SavedHead saved) => (bool?)saved.Settings["normalize"] ?? false;
}
