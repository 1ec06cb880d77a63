namespace TransferLearning;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> have in common: all but how weights decay.</summary>
public abstract record AdamOptimizer : Optimizer
{
    private protected AdamOptimizer()
    {
    }

    /// <summary>Decay of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squares; above 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// Whether the step is divided by the largest mean of squares so far instead of the present one (AMSGrad: Reddi, Kale and Kumar,
    /// "On the convergence of Adam and beyond", 2018). Default false.
    /// </summary>
    public bool AmsGrad { get; init; }

    internal override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults()) yield return fault;
        if (Beta1 is not (>= 0 and < 1)) yield return $"Beta1 is {Beta1}; it is from 0 to below 1.";
        if (Beta2 is not (>= 0 and < 1)) yield return $"Beta2 is {Beta2}; it is from 0 to below 1.";
        if (!(Epsilon > 0 && double.IsFinite(Epsilon))) yield return $"Epsilon is {Epsilon}; it is above 0.";
    }
}
