using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// Stochastic gradient descent with momentum, as PyTorch computes it: the buffer starts as the first gradient,
/// the learning rate stands outside it. All tensors of a group are updated by one fused kernel.
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <summary>Learning rate 0.01, momentum 0.9, weight decay 0.</summary>
    public Sgd(double learningRate = 0.01, double momentum = 0.9, double weightDecay = 0) =>
        (LearningRate, Momentum, WeightDecay) = (learningRate, momentum, weightDecay);

    /// <summary>Share of the buffer that is kept each step, in [0, 1). Default 0.9.</summary>
    public double Momentum { get; init; }

    /// <summary>Share of the gradient that is left out of the buffer, in [0, 1). Default 0.</summary>
    public double Dampening { get; init; }

    /// <summary>Whether the step looks ahead along the buffer (Nesterov); needs momentum and no dampening. Default false.</summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override IOptimizer Create() => new Running(this);

    internal override IEnumerable<string> Faults()
    {
        foreach (var fault in base.Faults()) yield return fault;
        if (Momentum is not (>= 0 and < 1)) yield return $"Momentum is {Momentum}; it is from 0 to below 1.";
        if (Dampening is not (>= 0 and < 1)) yield return $"Dampening is {Dampening}; it is from 0 to below 1.";
        if (Nesterov && (Momentum == 0 || Dampening != 0))
            yield return $"Nesterov needs momentum and no dampening; Momentum is {Momentum} and Dampening {Dampening}.";
    }

    private sealed class Running(Sgd options) : IOptimizer
    {
        private readonly TorchScript _script = new("sgd", """
            def sgd(p: List[Tensor], g: List[Tensor], b: List[Tensor], wd: float, m: float, lr: float, damp: float, nesterov: bool, up: bool, first: bool) -> int:
                torch._fused_sgd_(p, g, b, weight_decay=wd, momentum=m, lr=lr, dampening=damp, nesterov=nesterov, maximize=up, is_first_step=first)
                return 0
            """);

        private readonly Dictionary<Parameter, Tensor> _buffers = new(ReferenceEqualityComparer.Instance);

        public void Step(IReadOnlyList<ParameterGroup> groups)
        {
            NoNulls.Checked(groups, nameof(groups));
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            foreach (var group in groups)
            {
                var updates = group.WithGradients().ToLookup(update => options.Momentum == 0 || !_buffers.ContainsKey(update.Parameter));
                Update(group, [.. updates[true]], first: true);
                Update(group, [.. updates[false]], first: false);
            }
        }

        public IReadOnlyDictionary<string, Tensor> Save(Parameter parameter) => _buffers.TryGetValue(parameter, out var buffer)
            ? new Dictionary<string, Tensor> { ["momentum_buffer"] = buffer }
            : [];

        public void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history)
        {
            ArgumentNullException.ThrowIfNull(parameter);
            ArgumentNullException.ThrowIfNull(history);
            using var _ = no_grad();
            BufferOf(parameter).Restore(history, "momentum_buffer");
        }

        public void Dispose()
        {
            foreach (var buffer in _buffers.Values) buffer.Dispose();
            _script.Dispose();
        }

        private void Update(ParameterGroup group, (Parameter Parameter, Tensor Gradient)[] updates, bool first)
        {
            if (updates.Length == 0) return;
            _script.Invoke(
                Array.ConvertAll(updates, update => (Tensor)update.Parameter),
                Array.ConvertAll(updates, update => update.Gradient),
                options.Momentum == 0 ? [] : Array.ConvertAll(updates, update => BufferOf(update.Parameter)),
                group.WeightDecay, options.Momentum, group.LearningRate, options.Dampening, options.Nesterov, options.Maximize, first);
        }

        private Tensor BufferOf(Parameter parameter) =>
            _buffers.TryGetValue(parameter, out var buffer) ? buffer : _buffers[parameter] = zeros_like(parameter).DetachFromDisposeScope();
    }
}
