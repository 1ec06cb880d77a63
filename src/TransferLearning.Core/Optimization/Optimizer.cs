using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How weights follow from gradients: the options of an update rule, of which <see cref="Create"/> makes a running one.</summary>
public abstract record Optimizer
{
    /// <summary>Step size before schedules and the groups' factors. Above 0.</summary>
    public double LearningRate { get; init; }

    /// <summary>Decay of weights with two or more dimensions. At least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>
    /// Whether biases and norms, which are vectors, are decayed too. Default false, as in timm and Hugging Face; PyTorch's optimizers do
    /// it.
    /// </summary>
    public bool DecaysVectors { get; init; }

    /// <summary>Whether steps make the loss larger instead of smaller. Default false.</summary>
    public bool Maximize { get; init; }

    /// <summary>A running optimizer without history. The caller owns it.</summary>
    public abstract IOptimizer Create();

    /// <summary>A sentence for each option that is out of its range.</summary>
    internal virtual IEnumerable<string> Faults()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            yield return $"LearningRate is {LearningRate}; it is a finite number above 0.";
        if (!(WeightDecay >= 0 && double.IsFinite(WeightDecay)))
            yield return $"WeightDecay is {WeightDecay}; it is a finite number of 0 or more.";
    }
}

/// <summary>A running optimizer: the update rule with its history.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>
    /// Updates every parameter that has a gradient, in place. A parameter without one is left alone:
    /// no decay, and its own step count stands still.
    /// </summary>
    void Step(IReadOnlyList<ParameterGroup> groups);

    /// <summary>
    /// What is remembered of a parameter, under PyTorch's names; empty before its first step. The tensors stay the optimizer's.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> Save(Parameter parameter);

    /// <summary>Goes on from what <see cref="Save"/> gave for that parameter, not empty; copies it to the parameter's device.</summary>
    /// <exception cref="KeyNotFoundException">It is the history of another optimizer.</exception>
    /// <exception cref="InvalidDataException">It is the history of another parameter: its shape or type differs.</exception>
    void Load(Parameter parameter, IReadOnlyDictionary<string, Tensor> history);
}
