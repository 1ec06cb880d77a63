using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// What a model is trained for: the loss, and what it weighs. One of your own is one class; give its kind to <see cref="Kinds"/> where a
/// model that has it is opened again. Its settings alone make it: it keeps no state.
/// </summary>
public interface IObjective
{
    /// <summary>Name under which it is saved, such as <c>"cross-entropy"</c>.</summary>
    string Kind { get; }

    /// <summary>The objective and its settings in a few words, for reports. Default: its kind.</summary>
    string Description => Kind;

    /// <summary>What it is made again of. Default: nothing.</summary>
    JsonObject Settings => [];

    /// <summary>How a head's outputs are to be read.</summary>
    IAnswer Answer { get; }

    /// <summary>What outputs with names are measured by, the most telling metric first. Default: the loss alone.</summary>
    IReadOnlyList<IMetric> Metrics => [];

    /// <summary>Mean loss over the batch, a scalar. The result belongs to the current dispose scope.</summary>
    /// <param name="output">The head's output; its values are logits <c>[N, K]</c> for classification.</param>
    /// <param name="target">The batch's target, on the output's device.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    Tensor Loss(TensorSet output, TensorSet target);

    /// <summary>
    /// What the batch's loss weighs in the mean over several batches. Default: the weights of the examples, or their number; another
    /// where <see cref="Loss"/> is a mean over something else, and 0 where there is nothing to take a mean of.
    /// </summary>
    /// <param name="target">The batch's target, on any device.</param>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    double Weight(TensorSet target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Find(TensorNames.Weights) is not { } weights) return target.Count;
        using var sum = weights.sum(ScalarType.Float64);
        return sum.item<double>();
    }

    /// <summary>
    /// Checks targets before training, so that a bad one is named instead of crashing a native call.
    /// Throws <see cref="ArgumentException"/>.
    /// </summary>
    /// <param name="target">Targets of some examples, on the CPU.</param>
    /// <param name="outputs">Number of outputs of the head; 0 where they are not counted.</param>
    void Validate(TensorSet target, int outputs);
}
