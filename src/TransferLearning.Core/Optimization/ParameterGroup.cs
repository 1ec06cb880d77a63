using TorchSharp.Modules;

namespace TransferLearning;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
/// <param name="parameters">The parameters; the group borrows them.</param>
public sealed class ParameterGroup(IReadOnlyList<Parameter> parameters)
{
    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    /// <summary>Step size of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>Weight decay of the next step.</summary>
    public double WeightDecay { get; init; }
}
