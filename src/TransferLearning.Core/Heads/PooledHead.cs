using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A head of this library that reads one vector for each example.</summary>
public abstract class PooledHead : IHeadReplacer
{
    private protected PooledHead(IReadOnlyList<string> labels, IObjective? objective)
    {
        Objective = objective ?? new CrossEntropy();
        Labels = OutputNames.Check(labels, Objective);
    }

    /// <inheritdoc/>
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public IObjective Objective { get; }

    /// <summary>How a map or a sequence becomes one vector. Default: as the backbone does it.</summary>
    public HeadPooling Pooling { get; init; }

    /// <summary>
    /// Whether the vector is scaled to length 1, as sentence encoders are made to be used; of <see cref="HeadPooling.MeanMax"/> both parts alike. Default false. It suits a
    /// <see cref="LinearProbe"/>, whose C then means the same for every backbone.
    /// </summary>
    public bool Normalize { get; init; }

    /// <inheritdoc/>
    public Tensor Pool(Features features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var vectors = Pooling.Pool(features);
        return Normalize ? Pooling.Normalize(vectors) : vectors;
    }

    /// <inheritdoc/>
    public nn.Module<Features, Tensor> Build(int featureSize) => BuildOn(Pooling.Width(featureSize));

    /// <summary>The module for vectors of that width.</summary>
    private protected abstract nn.Module<Features, Tensor> BuildOn(int width);
}
