using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The history of <see cref="Adam"/> and <see cref="AdamW"/>, which differ in the kernel alone.</summary>
/// <param name="kernel">Torch's kernel.</param>
/// <param name="options">Its options.</param>
internal sealed class AdamRule(string kernel, AdamOptimizer options) : IOptimizer
{
    private readonly TorchScript _script = new("adam", $"""
        def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], mx: List[Tensor], s: List[Tensor], lr: float, b1: float, b2: float, wd: float, eps: float, ams: bool, up: bool) -> int:
            torch._foreach_add_(s, 1)
            torch.{kernel}(p, g, m, v, mx, s, lr=lr, beta1=b1, beta2=b2, weight_decay=wd, eps=eps, amsgrad=ams, maximize=up)
            return 0
        """);

    private readonly Dictionary<Parameter, Moments> _moments = new(ReferenceEqualityComparer.Instance);

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
                options.AmsGrad ? Array.ConvertAll(moments, m => m.LargestSquare!) : [],
                Array.ConvertAll(moments, m => m.Steps),
                group.LearningRate, options.Beta1, options.Beta2, group.WeightDecay, options.Epsilon, options.AmsGrad, options.Maximize);
        }
    }

    public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) =>
        _moments.TryGetValue(parameter, out var moments) ? moments.ByName.ToDictionary() : [];

    public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(history);
        using var _ = no_grad();
        foreach (var (name, moment) in MomentsOf(parameter).ByName) moment.Restore(history, name);
    }

    public void Dispose()
    {
        foreach (var moments in _moments.Values) moments.Dispose();
        _script.Dispose();
    }

    private Moments MomentsOf(Parameter parameter) =>
        _moments.TryGetValue(parameter, out var moments) ? moments : _moments[parameter] = new Moments(parameter, options.AmsGrad);

    private sealed class Moments(Parameter parameter, bool keepsLargest) : IDisposable
    {
        public Tensor Mean { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Square { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor? LargestSquare { get; } = keepsLargest ? zeros_like(parameter).DetachFromDisposeScope() : null;

        public Tensor Steps { get; } = zeros([], device: parameter.device).DetachFromDisposeScope();

        /// <summary>All of them under PyTorch's names.</summary>
        public IEnumerable<KeyValuePair<string, Tensor>> ByName
        {
            get
            {
                yield return new("exp_avg", Mean);
                yield return new("exp_avg_sq", Square);
                if (LargestSquare is not null) yield return new("max_exp_avg_sq", LargestSquare);
                yield return new("step", Steps);
            }
        }

        public void Dispose()
        {
            foreach (var (_, moment) in ByName) moment.Dispose();
        }
    }
}
