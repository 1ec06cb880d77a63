using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as PyTorch computes it; all tensors of a group are
/// updated by one fused kernel.
/// </summary>
public sealed record AdamW : Optimizer
{
    /// <summary>Learning rate 1e-3 and weight decay 0.01, PyTorch's defaults.</summary>
    public AdamW(double learningRate = 1e-3, double weightDecay = 0.01) => (LearningRate, WeightDecay) = (learningRate, weightDecay);

    /// <summary>Decay of the mean of gradients, in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squares; above 0. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override IOptimizer Create() => new Running(this);

    internal override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults()) yield return fault;
        if (Beta1 is not (>= 0 and < 1)) yield return $"Beta1 is {Beta1}; it is from 0 to below 1.";
        if (Beta2 is not (>= 0 and < 1)) yield return $"Beta2 is {Beta2}; it is from 0 to below 1.";
        if (!(Epsilon > 0 && double.IsFinite(Epsilon))) yield return $"Epsilon is {Epsilon}; it is above 0.";
    }

    private sealed class Running(AdamW options) : IOptimizer
    {
        private readonly TorchScript _script = new("adamw", """
            def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], mx: List[Tensor], s: List[Tensor], lr: float, b1: float, b2: float, wd: float, eps: float) -> int:
                torch._foreach_add_(s, 1)
                torch._fused_adamw_(p, g, m, v, mx, s, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False)
                return 0
            """);

        private readonly Dictionary<Parameter, Moments> _moments = new(ReferenceEqualityComparer.Instance);

        public void Step(IReadOnlyList<ParameterGroup> groups)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            foreach (var group in groups)
            {
                var updates = group.WithGradients();
                if (updates.Length == 0) continue;
                var moments = Array.ConvertAll(updates, update => MomentsOf(update.Parameter));
                _script.Invoke(
                    Array.ConvertAll(updates, update => (Tensor)update.Parameter),
                    Array.ConvertAll(updates, update => update.Gradient),
                    Array.ConvertAll(moments, m => m.Mean),
                    Array.ConvertAll(moments, m => m.Square),
                    Array.Empty<Tensor>(),
                    Array.ConvertAll(moments, m => m.Steps),
                    group.LearningRate, options.Beta1, options.Beta2, group.WeightDecay, options.Epsilon);
            }
        }

        public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) => _moments.TryGetValue(parameter, out var moments)
            ? new Dictionary<string, Tensor> { ["exp_avg"] = moments.Mean, ["exp_avg_sq"] = moments.Square, ["step"] = moments.Steps }
            : [];

        public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history)
        {
            using var _ = no_grad();
            var moments = MomentsOf(parameter);
            moments.Mean.copy_(history["exp_avg"]);
            moments.Square.copy_(history["exp_avg_sq"]);
            moments.Steps.copy_(history["step"]);
        }

        public void Dispose()
        {
            foreach (var moments in _moments.Values) moments.Dispose();
            _script.Dispose();
        }

        private Moments MomentsOf(Parameter parameter) =>
            _moments.TryGetValue(parameter, out var moments) ? moments : _moments[parameter] = new Moments(parameter);
    }

    private sealed class Moments(Parameter parameter) : IDisposable
    {
        public Tensor Mean { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Square { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Steps { get; } = zeros([], device: parameter.device).DetachFromDisposeScope();

        public void Dispose()
        {
            Mean.Dispose();
            Square.Dispose();
            Steps.Dispose();
        }
    }
}
