using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Leaves a residual branch out for a share of the examples while it trains, and scales it up for the others (Huang et al., "Deep networks
/// with stochastic depth", 2016; each example by itself, as torchvision's mode "row"). It draws from its run's own numbers.
/// </summary>
public sealed class StochasticDepth : nn.Module<Tensor, Tensor>, IRandomModule
{
    /// <summary>A layer that drops the branch for that share of the examples, in [0, 1).</summary>
    public StochasticDepth(double probability) : base(nameof(StochasticDepth)) => Probability = probability is >= 0 and < 1
        ? probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "The share of dropped branches is from 0 to below 1.");

    /// <summary>Share of the examples whose branch is dropped.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public RandomSource? Random { get; set; }

    /// <summary>The branch with some examples zeroed. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        if (!training || Probability == 0) return branch.alias();
        using var generator = new Generator(this.NextUInt64(), branch.device);
        using var factors = empty([branch.size(0), .. Enumerable.Repeat(1L, (int)branch.dim() - 1)], branch.dtype, branch.device);
        factors.bernoulli_(1 - Probability, generator).div_(1 - Probability);
        return branch.mul(factors);
    }

    /// <summary>
    /// A fresh branch, which is written into, and what it goes around. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public Tensor Add(Tensor branch, Tensor x)
    {
        if (!training || Probability == 0) return InPlace.Add(branch, x);
        using var dropped = call(branch);
        return Operations.Add(dropped, x);
    }
}
