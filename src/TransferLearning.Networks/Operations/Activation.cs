namespace TransferLearning.Networks;

/// <summary>What follows a layer, value by value. See the operation of the same name in <see cref="Operations"/>.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>ReLU, at most 6.</summary>
    Relu6,

    /// <summary>GELU by the error function.</summary>
    Gelu,

    /// <summary>GELU approximated by tanh.</summary>
    GeluByTanh,

    /// <summary>SiLU, also called swish.</summary>
    Silu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The logistic function.</summary>
    Sigmoid,

    /// <summary>Swish in straight lines.</summary>
    HardSwish,

    /// <summary>The logistic function in straight lines.</summary>
    HardSigmoid,
}
