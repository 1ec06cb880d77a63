using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How a head makes one vector of a map or a sequence. Padded positions do not count.</summary>
public enum HeadPooling
{
    /// <summary>As the backbone does it: <see cref="IPretrainedBackbone.Pool"/>.</summary>
    Backbone,

    /// <summary>The first position of a sequence that is not padding: the [CLS] token of BERT and its kin.</summary>
    First,

    /// <summary>The mean over the positions.</summary>
    Mean,

    /// <summary>The largest value of each feature over the positions.</summary>
    Max,

    /// <summary>
    /// Mean and maximum side by side, twice as wide: what a linear head on frozen layers reads best (Howard and Ruder, "Universal language
    /// model fine-tuning", 2018: concat pooling).
    /// </summary>
    MeanMax,
}

/// <summary>Pools features. Without parameters, so that its result can be kept for all epochs.</summary>
internal static class HeadPoolingExtensions
{
    /// <summary>Width of the vectors made of features of that width.</summary>
    public static int Width(this HeadPooling pooling, int featureSize) => pooling == HeadPooling.MeanMax ? 2 * featureSize : featureSize;

    /// <summary>One vector for each example, in the current dispose scope.</summary>
    public static Tensor Pool(this HeadPooling pooling, IPretrainedBackbone backbone, TensorSet hidden)
    {
        if (pooling == HeadPooling.Backbone) return backbone.Pool(hidden);
        if (pooling == HeadPooling.First && hidden.Values.dim() == 4)
            throw new ArgumentException(
                "First pooling reads a sequence, and the backbone gives a map, which has no first position: use Mean or Max.");
        using var scope = NewDisposeScope();
        var positions = backbone.Positions(hidden);
        var vectors = pooling switch
        {
            HeadPooling.First => Pooling.First(positions),
            HeadPooling.Mean => Pooling.Mean(positions),
            HeadPooling.Max => Pooling.Max(positions),
            HeadPooling.MeanMax => cat([Pooling.Mean(positions), Pooling.Max(positions)], 1),
            _ => throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "There is no such pooling."),
        };
        return vectors.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Scales vectors that were pooled so to length 1, in the current dispose scope. Of two parts neither outweighs the other: they have
    /// the same length.
    /// </summary>
    public static Tensor Normalize(this HeadPooling pooling, Tensor vectors)
    {
        if (pooling != HeadPooling.MeanMax) return nn.functional.normalize(vectors, 2, 1);
        using var scope = NewDisposeScope();
        return (nn.functional.normalize(vectors.unflatten(1, 2, -1), 2, 2).flatten(1) / Math.Sqrt(2)).MoveToOuterDisposeScope();
    }
}
