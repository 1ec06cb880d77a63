using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// An average of what training changes in a model, and the exchange of the two: the average stands in the model while it is measured and
/// after the run, the weights themselves while it is trained.
/// </summary>
/// <param name="state">All that may be trained, under the names of a saved model.</param>
internal sealed class WeightAverage(IEnumerable<(string Name, Tensor Value)> state) : IDisposable
{
    private const string AveragePrefix = "average.", WeightPrefix = "weights.";

    private readonly Dictionary<string, Tensor> _averages = [];
    private readonly Dictionary<string, Tensor> _weights = [];

    /// <summary>
    /// Whether floating-point buffers, such as running statistics, are averaged too and not copied; integers are always copied.
    /// </summary>
    public bool AveragesBuffers { get; init; } = true;

    /// <summary>Whether the average stands in the model now.</summary>
    public bool IsIn => _weights.Count > 0;

    /// <summary>Begins with a copy of what it has not met yet.</summary>
    public void Begin(IEnumerable<(string Name, Tensor Value)> trained)
    {
        foreach (var (name, value) in trained)
            if (!_averages.ContainsKey(name)) _averages[name] = Copy(value);
    }

    /// <summary>
    /// Moves the average towards the model as it is: decay 1 leaves it, 0 copies. What it has not met yet becomes a copy.
    /// </summary>
    public void Update(IEnumerable<(string Name, Tensor Value)> trained, double decay)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, value) in trained)
            if (!_averages.TryGetValue(name, out var average)) _averages[name] = Copy(value);
            else if (value.is_floating_point() && (AveragesBuffers || value is Parameter)) average.lerp_(value, 1 - decay);
            else average.copy_(value);
    }

    /// <summary>Puts the average of what is trained now into the model.</summary>
    public void Enter(TrainingSession session)
    {
        if (IsIn) return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, value) in session.Trained.Where(entry => _averages.ContainsKey(entry.Name)))
        {
            _weights[name] = Copy(value);
            value.copy_(_averages[name]);
        }
        session.Model.NotifyWeightsChanged();
    }

    /// <summary>Puts the weights back that training goes on with.</summary>
    public void Leave(TrainingSession session)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, value) in state)
            if (_weights.Remove(name, out var weights))
                using (weights) value.copy_(weights);
        session.Model.NotifyWeightsChanged();
    }

    public void Save(StrategyState saved)
    {
        foreach (var (name, value) in _averages) saved.Tensors[AveragePrefix + name] = value;
        foreach (var (name, value) in _weights) saved.Tensors[WeightPrefix + name] = value;
    }

    /// <exception cref="InvalidDataException">A tensor is of another shape or type than the model's.</exception>
    public void Load(StrategyState saved)
    {
        Dispose();
        var tensors = saved.Tensors.AsReadOnly();
        foreach (var (name, value) in state)
        {
            if (tensors.ContainsKey(AveragePrefix + name)) _averages[name] = Copy(tensors.For(value, AveragePrefix + name));
            if (tensors.ContainsKey(WeightPrefix + name)) _weights[name] = Copy(tensors.For(value, WeightPrefix + name));
        }
    }

    public void Dispose()
    {
        foreach (var value in _averages.Values.Concat(_weights.Values)) value.Dispose();
        _averages.Clear();
        _weights.Clear();
    }

    private static Tensor Copy(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return value.detach().clone().DetachFromDisposeScope();
    }
}
