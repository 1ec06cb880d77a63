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

    /// <summary>The parameters that have a gradient, with it, dense: the fused kernels know no other. The gradients belong to the current dispose scope.</summary>
    /// <exception cref="NotSupportedException">A parameter is complex.</exception>
    internal (Parameter Parameter, Tensor Gradient)[] WithGradients() =>
        [.. Parameters.Select(parameter => (parameter, gradient: parameter.grad)).Where(pair => pair.gradient is not null).Select(pair => (pair.parameter, Dense(pair.gradient!)))];

    // A kernel that refuses a type ends the process.
    private static Tensor Dense(Tensor gradient) =>
        gradient.is_complex() ? throw new NotSupportedException($"A parameter of shape [{string.Join(", ", gradient.shape)}] is {gradient.dtype}; optimizers update real numbers. Keep real and imaginary part as two parameters.")
        : gradient.is_sparse ? gradient.to_dense() : gradient;
}
