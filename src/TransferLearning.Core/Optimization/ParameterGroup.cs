using TorchSharp.Modules;
using static TorchSharp.torch;

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

    /// <summary>The parameters that have a gradient, with it. The gradients belong to the current dispose scope.</summary>
    internal (Parameter Parameter, Tensor Gradient)[] WithGradients() =>
        [.. Parameters.Select(parameter => (parameter, gradient: parameter.grad)).Where(pair => pair.gradient is not null).Select(pair => (pair.parameter, pair.gradient!))];
}
