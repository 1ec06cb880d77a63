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

    private static Parameter Of(Tensor tensor) => (Parameter)new Parameter(tensor).DetachFromDisposeScope();
}
