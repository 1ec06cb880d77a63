using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Parameters for layers. They outlive the dispose scope they are made in, as their layer does.</summary>
public static class Parameters
{
    /// <summary>A parameter that holds whatever the memory held.</summary>
    public static Parameter Blank(params long[] shape) => Of(empty(shape));

    /// <summary>A parameter of one number repeated.</summary>
    public static Parameter Filled(double number, params long[] shape) => Of(full(shape, number, ScalarType.Float32));

    /// <summary>
    /// Draws a normal with mean 0 and that deviation, of which what is further out than <paramref name="cutoff"/> deviations is left out.
    /// </summary>
    /// <param name="parameter">What is written into.</param>
    /// <param name="deviation">Deviation of the normal before it is cut off.</param>
    /// <param name="cutoff">How many deviations from 0 it is cut off at.</param>
    /// <param name="generator">Where the numbers come from; null: torch's own generator.</param>
    public static void DrawTruncatedNormal(Tensor parameter, double deviation, double cutoff = 2, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // The inverse of the error function turns a uniform number into a normal one.
        var limit = tensor(cutoff / Math.Sqrt(2)).erf().item<double>();
        parameter.uniform_(-limit, limit, generator!).erfinv_().mul_(Math.Sqrt(2) * deviation);
    }

    private static Parameter Of(Tensor tensor) => (Parameter)new Parameter(tensor).DetachFromDisposeScope();
}
