using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The history of <see cref="Adam"/> and <see cref="AdamW"/>, which differ in the kernel alone.</summary>
/// <param name="kernel">Torch's kernel.</param>
/// <param name="beta1">Decay of the mean of gradients.</param>
/// <param name="beta2">Decay of the mean of squared gradients.</param>
/// <param name="epsilon">Added to the root of the squares.</param>
internal sealed class AdamRule(string kernel, double beta1, double beta2, double epsilon) : IOptimizer
{
    private readonly TorchScript _script = new("adam", $"""
        def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], mx: List[Tensor], s: List[Tensor], lr: float, b1: float, b2: float, wd: float, eps: float) -> int:
            torch._foreach_add_(s, 1)
            torch.{kernel}(p, g, m, v, mx, s, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False)
            return 0
        """);

    private readonly Dictionary<Parameter, Moments> _moments = new(ReferenceEqualityComparer.Instance);

    /// <summary>A sentence for each option that is out of its range.</summary>
    public static IEnumerable<string> Faults(double beta1, double beta2, double epsilon)
    {
        if (beta1 is not (>= 0 and < 1)) yield return $"Beta1 is {beta1}; it is from 0 to below 1.";
        if (beta2 is not (>= 0 and < 1)) yield return $"Beta2 is {beta2}; it is from 0 to below 1.";
        if (!(epsilon > 0 && double.IsFinite(epsilon))) yield return $"Epsilon is {epsilon}; it is above 0.";
    }

    public void Step(IReadOnlyList<ParameterGroup> groups)
    {
        NoNulls.Checked(groups, nameof(groups));
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
                group.LearningRate, beta1, beta2, group.WeightDecay, epsilon);
        }
    }

    public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) => _moments.TryGetValue(parameter, out var moments)
        ? new Dictionary<string, Tensor> { ["exp_avg"] = moments.Mean, ["exp_avg_sq"] = moments.Square, ["step"] = moments.Steps }
        : [];

    public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(history);
        using var _ = no_grad();
        var moments = MomentsOf(parameter);
        moments.Mean.Restore(history, "exp_avg");
        moments.Square.Restore(history, "exp_avg_sq");
        moments.Steps.Restore(history, "step");
    }

    public void Dispose()
    {
        foreach (var moments in _moments.Values) moments.Dispose();
        _script.Dispose();
    }

    private Moments MomentsOf(Parameter parameter) =>
        _moments.TryGetValue(parameter, out var moments) ? moments : _moments[parameter] = new Moments(parameter);

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
