using System.Text.Json;

namespace TransferLearning;

/// <summary>What is known of a backbone and its weights.</summary>
/// <param name="Id">Name under which the backbone is created, such as <c>"efficientnet_lite0"</c>.</param>
/// <param name="FeatureSize">Width D of the pooled features <c>[N, D]</c>.</param>
public sealed record BackboneInfo(string Id, int FeatureSize)
{
    /// <summary>How the backbone wants its input; null where the data set gives tensors that need no preparation.</summary>
    public InputSpec? Input { get; init; }

    /// <summary>
    /// What its layer builds the network of, where the id alone does not say it (a config.json); saved in the artefact. Null: the id says
    /// all.
    /// </summary>
    public JsonElement? Configuration { get; init; }

    /// <summary>Names of the original classifier's outputs in order; empty where there is none or they are unknown.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Where the weights came from; null where they are random.</summary>
    public WeightProvenance? Weights { get; init; }
}
