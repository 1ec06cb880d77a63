using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Parameters that share a learning rate and a weight decay.</summary>
public sealed class ParameterGroup
{
    /// <summary>A group of parameters, which it borrows.</summary>
    /// <param name="parameters">The parameters, whose numbers lie side by side in memory, in any order of dimensions.</param>
    /// <exception cref="ArgumentException">A parameter is a view with gaps or repetitions: fused kernels would write beside it.</exception>
    public ParameterGroup(IReadOnlyList<Parameter> parameters)
    {
        NoNulls.Checked(parameters, nameof(parameters));
        if (parameters.FirstOrDefault(parameter => !FillsItsMemory(parameter)) is { } view)
            throw new ArgumentException(
                $"A parameter of shape [{string.Join(", ", view.shape)}] has the strides [{string.Join(", ", view.stride())}]: it is "
                + "a view with gaps or repetitions, which optimizers cannot update. Make it of a copy: new "
                + "Parameter(tensor.contiguous()).", nameof(parameters));
        Parameters = parameters;
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Step size of the next step.</summary>
    public double LearningRate { get; set; }

    /// <summary>Weight decay of the next step.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// The parameters that have a gradient, with it, dense: the fused kernels know no other. The gradients belong to the current dispose
    /// scope.
    /// </summary>
    /// <exception cref="NotSupportedException">A parameter is complex.</exception>
    internal (Parameter Parameter, Tensor Gradient)[] WithGradients() =>
        [.. Parameters.Select(parameter => (parameter, gradient: parameter.grad)).Where(pair => pair.gradient is not null).Select(pair => (pair.parameter, Dense(pair.gradient!)))];

    private static bool FillsItsMemory(Tensor tensor)
    {
        var expected = 1L;
        foreach (
            var (size, stride) in tensor.shape.Zip(tensor.stride()).Where(dimension => dimension.First > 1).OrderBy(dimension => dimension.Second))
        {
            if (stride != expected) return false;
            expected *= size;
        }
        return true;
    }

    // A kernel that refuses a type ends the process.
    private static Tensor Dense(Tensor gradient) =>
        gradient.is_complex() ? throw new NotSupportedException(
            $"A parameter of shape [{string.Join(", ", gradient.shape)}] is {gradient.dtype}; optimizers update real numbers. Keep "
            + "real and imaginary part as two parameters.")
        : gradient.is_sparse ? gradient.to_dense() : gradient;
}
