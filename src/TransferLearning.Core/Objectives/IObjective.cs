using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What a model is trained for: the loss, and the measure of its predictions.</summary>
public interface IObjective
{
    /// <summary>Name for reports, such as <c>"cross-entropy"</c>.</summary>
    string Name { get; }

    /// <summary>Mean loss over the batch, a scalar. The result belongs to the current dispose scope.</summary>
    /// <param name="output">The head's output; logits <c>[N, K]</c> for classification.</param>
    /// <param name="target">The batch's target; class indices <c>[N]</c> int64 for classification, numbers <c>[N, K]</c> float32 for several labels and for regression.</param>
    Tensor Loss(Tensor output, Tensor target);

    /// <summary>
    /// What the batch's loss weighs in the mean over several batches. Default: the number of examples; another where <see cref="Loss"/>
    /// is a mean over something else, and 0 where there is nothing to take a mean of.
    /// </summary>
    /// <param name="target">The batch's target, on any device.</param>
    double Weight(Tensor target) => target.shape[0];

    /// <summary>
    /// What the head's output says of each class, 0 to 1, of the output's shape. The result belongs to the current dispose scope.
    /// Throws <see cref="NotSupportedException"/> where outputs are no probabilities.
    /// </summary>
    Tensor Probabilities(Tensor output);

    /// <summary>
    /// Checks targets before training, so that a bad one is named instead of crashing a native call.
    /// Throws <see cref="ArgumentException"/>.
    /// </summary>
    /// <param name="target">Targets of some examples, on the CPU.</param>
    /// <param name="outputs">Number of outputs of the head.</param>
    void Validate(Tensor target, int outputs);

    /// <summary>An empty accumulator over a whole evaluation set.</summary>
    /// <param name="labels">Names of the outputs in order.</param>
    IMetric CreateMetric(IReadOnlyList<string> labels);
}

/// <summary>Accumulates predictions over a whole evaluation set; never averages over batches.</summary>
public interface IMetric
{
    /// <summary>Adds a batch: the head's output and the target, on any device.</summary>
    void Add(Tensor output, Tensor target);

    /// <summary>The measures over everything that was added.</summary>
    Evaluation Compute();
}
