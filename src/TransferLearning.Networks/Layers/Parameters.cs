using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Parameters for layers. They outlive the dispose scope they are made in, as their layer does.</summary>
public static class Parameters
{
    private const double MostNumbers = 1L << 45;

    /// <summary>A parameter that holds whatever the memory held.</summary>
    /// <exception cref="ArgumentException">A size is negative, or all are more than any memory holds.</exception>
    public static Parameter Blank(params long[] shape) => Of(empty(Checked(shape)));

    /// <summary>A parameter of one number repeated.</summary>
    /// <inheritdoc cref="Blank"/>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the number, which float32 does not hold; the
    /// message is torch's.</exception>
    public static Parameter Filled(double number, params long[] shape) => Of(full(Checked(shape), number, ScalarType.Float32));

    /// <summary>
    /// Draws a normal with mean 0 and that deviation, of which what is further out than <paramref name="cutoff"/> deviations is left out.
    /// </summary>
    /// <param name="parameter">What is written into.</param>
    /// <param name="deviation">Deviation of the normal before it is cut off.</param>
    /// <param name="cutoff">How many deviations from 0 it is cut off at.</param>
    /// <param name="generator">Where the numbers come from; null: torch's own generator.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public static void DrawTruncatedNormal(Tensor parameter, double deviation, double cutoff = 2, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // The inverse of the error function turns a uniform number into a normal one.
        var limit = tensor(cutoff / Math.Sqrt(2)).erf().item<double>();
        parameter.uniform_(-limit, limit, generator!).erfinv_().mul_(Math.Sqrt(2) * deviation);
    }

    private static long[] Checked(long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.All(size => size >= 0) && shape.Aggregate(1.0, (all, size) => all * size) < MostNumbers ? shape
            : throw new ArgumentException($"There is no parameter of shape [{string.Join(", ", shape)}].", nameof(shape));
    }

    private static Parameter Of(Tensor tensor) => (Parameter)new Parameter(tensor).DetachFromDisposeScope();
}
