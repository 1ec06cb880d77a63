using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Which features a head reads.</summary>
public enum FeatureKind
{
    /// <summary>One vector for each example: <see cref="Features.Pooled"/>.</summary>
    Pooled,

    /// <summary>The map or sequence before pooling: <see cref="Features.Map"/>.</summary>
    Map,
}

/// <summary>Replaces a backbone's original head by one for a new task. One class is enough to add a head.</summary>
public interface IHeadReplacer
{
    /// <summary>Name under which the head is saved, such as <c>"linear"</c>.</summary>
    string Kind { get; }

    /// <summary>Names of the outputs in order: the classes for classification.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>What is minimised, and how predictions are measured.</summary>
    IObjective Objective { get; }

    /// <summary>Which features the head reads. Default: the pooled vector, which is cheapest to cache.</summary>
    FeatureKind Reads => FeatureKind.Pooled;

    /// <summary>
    /// Makes the one vector for each example that the head reads, <c>[N, D']</c>, where it reads <see cref="FeatureKind.Pooled"/>:
    /// in the built module it stands in <see cref="Features.Pooled"/>. It has no parameters, so that its results are kept where the
    /// backbone is frozen. Default: the backbone's pooling. The result belongs to the current dispose scope.
    /// </summary>
    Tensor Pool(Features features) => features.Pooled;

    /// <summary>Builds the head's module for a backbone with features of that width D. The caller owns it.</summary>
    nn.Module<Features, Tensor> Build(int featureSize);
}
