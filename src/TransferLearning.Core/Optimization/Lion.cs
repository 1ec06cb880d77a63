using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Lion (Chen et al., "Symbolic discovery of optimization algorithms", 2023): steps by the sign of a blend of gradient and momentum, with
/// decoupled weight decay. It wants a learning rate three to ten times smaller, and a decay as much larger, than <see cref="AdamW"/>.
/// </summary>
public sealed record Lion : Optimizer
{
    /// <summary>Learning rate 1e-4 and no weight decay, the paper's defaults.</summary>
    public Lion(double learningRate = 1e-4, double weightDecay = 0) => (LearningRate, WeightDecay) = (learningRate, weightDecay);

    /// <summary>Share of the momentum in the step, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the momentum that is kept, in [0, 1). Default 0.99.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override IOptimizer Create() => new Running(this);

    internal override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults()) yield return fault;
        if (Beta1 is not (>= 0 and < 1)) yield return $"Beta1 is {Beta1}; it is from 0 to below 1.";
        if (Beta2 is not (>= 0 and < 1)) yield return $"Beta2 is {Beta2}; it is from 0 to below 1.";
    }

    private sealed class Running(Lion options) : IOptimizer
    {
        private readonly TorchScript _script = new("lion", """
            def lion(p: List[Tensor], g: List[Tensor], m: List[Tensor], lr: float, b1: float, b2: float, wd: float, up: bool) -> int:
                sign = -1.0 if up else 1.0
                torch._foreach_mul_(p, 1.0 - lr * wd)
                step = torch._foreach_mul(m, b1)
                torch._foreach_add_(step, g, alpha=sign * (1.0 - b1))
                torch._foreach_add_(p, torch._foreach_sign(step), alpha=-lr)
                torch._foreach_mul_(m, b2)
                torch._foreach_add_(m, g, alpha=sign * (1.0 - b2))
                return 0
            """);
        private readonly Dictionary<Parameter, Tensor> _momenta = new(ReferenceEqualityComparer.Instance);

        public void Step(IReadOnlyList<ParameterGroup> groups)
        {
            NoNulls.Checked(groups, nameof(groups));
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            foreach (var group in groups)
            {
                var updates = group.WithGradients();
                if (updates.Length == 0) continue;
                _script.Invoke(
                    Array.ConvertAll(updates, update => (Tensor)update.Parameter),
                    Array.ConvertAll(updates, update => update.Gradient),
                    Array.ConvertAll(updates, update => MomentumOf(update.Parameter)),
                    group.LearningRate, options.Beta1, options.Beta2, group.WeightDecay, options.Maximize);
            }
        }

        public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) => _momenta.TryGetValue(parameter, out var momentum)
            ? new Dictionary<string, Tensor> { ["exp_avg"] = momentum } : [];

        public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history)
        {
            ArgumentNullException.ThrowIfNull(parameter);
            ArgumentNullException.ThrowIfNull(history);
            using var _ = no_grad();
            MomentumOf(parameter).Restore(history, "exp_avg");
        }

        public void Dispose()
        {
            foreach (var momentum in _momenta.Values) momentum.Dispose();
            _script.Dispose();
        }

        private Tensor MomentumOf(Parameter parameter) =>
            _momenta.TryGetValue(parameter, out var momentum)
                ? momentum
                : _momenta[parameter] = zeros_like(parameter).DetachFromDisposeScope();
    }
}
