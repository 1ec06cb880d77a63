using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>The weights that are trained in an epoch, and how they follow from their gradients.</summary>
internal sealed class WeightUpdate(TrainerOptions options) : IDisposable
{
    private readonly GradientClipping? _clipping = options.ClipGradientNorm is null ? null : new GradientClipping();
    private IOptimizer _optimizer = options.Optimizer.Create();
    private (ParameterGroup Parameters, Func<double> Factor)[] _trained = [];
    private double _gathered;

    /// <summary>Learning rate of the last step, of a group with factor 1.</summary>
    public double LearningRate { get; set; } = double.NaN;

    /// <summary>Takes what the groups train.</summary>
    public void Take(IEnumerable<TrainingGroup> groups) => _trained =
    [
        .. from @group in groups
           where !@group.IsFrozen
           from parameters in @group.Parameters.Where(parameter => !parameter.IsFrozen)
               .GroupBy(
                   parameter => (Decays: options.Optimizer.DecaysVectors || parameter.Parameter.dim() > 1, Factor: parameter.LearningRateFactor))
           select (
               new ParameterGroup([.. parameters.Select(parameter => parameter.Parameter)])
               {
                   WeightDecay = parameters.Key.Decays ? options.Optimizer.WeightDecay : 0
               },
               (Func<double>)(() => @group.LearningRateFactor * parameters.Key.Factor)),
    ];

    public void ZeroGradients()
    {
        foreach (var (parameters, _) in _trained)
            foreach (var parameter in parameters.Parameters) parameter.grad = null;
        _gathered = 0;
    }

    /// <summary>Says that gradients of a batch were added that are to be divided by its weight.</summary>
    public void Gather(double weight) => _gathered += weight;

    /// <summary>Updates the weights from their gradients.</summary>
    public void Move(double factor)
    {
        LearningRate = options.Optimizer.LearningRate * factor;
        foreach (var (parameters, own) in _trained) parameters.LearningRate = LearningRate * own();
        if (_gathered > 0) Divide(_gathered);
        if (options.ClipGradientNorm is { } limit) _clipping!.Clip(_trained.SelectMany(trained => trained.Parameters.Parameters), limit);
        _optimizer.Step(Array.ConvertAll(_trained, trained => trained.Parameters));
    }

    public IReadOnlyDictionary<string, Tensor> History(Parameter parameter) => _optimizer.Save(parameter);

    public void LoadHistories(
        IEnumerable<(string Name, Parameter Parameter)> parameters, Func<string, IReadOnlyDictionary<string, Tensor>> history)
    {
        _optimizer.Dispose();
        _optimizer = options.Optimizer.Create();
        foreach (var (name, parameter) in parameters)
            if (history(name) is { Count: > 0 } saved) _optimizer.Load(parameter, saved);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _clipping?.Dispose();
    }

    private void Divide(double weight)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (parameters, _) in _trained)
            foreach (var parameter in parameters.Parameters)
                if (parameter.grad is { } gradient) gradient.div_(weight);
    }
}
