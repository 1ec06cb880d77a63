using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>New weights, as the reference draws them (Devlin et al., "BERT", 2019).</summary>
internal static class Initialization
{
    /// <summary>A parameter that holds whatever the memory held, and outlives the dispose scope it is made in.</summary>
    public static Parameter Blank(params long[] shape) => (Parameter)new Parameter(empty(shape)).DetachFromDisposeScope();

    /// <summary>
    /// Draws parameters from torch's generator: matrices by <paramref name="draw"/> (default: normal with that deviation),
    /// weights of normalisations 1, biases 0.
    /// </summary>
    public static void Draw(IEnumerable<(string Name, Parameter Parameter)> parameters, double deviation, Action<string, Parameter>? draw = null)
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in parameters)
            if (parameter.dim() > 1 && draw is not null) draw(name, parameter);
            else if (parameter.dim() > 1) parameter.normal_(0, deviation);
            else parameter.fill_(name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
    }
}
