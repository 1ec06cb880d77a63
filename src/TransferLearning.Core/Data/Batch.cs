using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Some examples: input and target. Owns both; dispose it.</summary>
/// <param name="input">Input with N examples.</param>
/// <param name="target">
/// What is to be predicted. Its values are class indices <c>[N]</c> int64, a probability for each class, label or value <c>[N, K]</c>
/// float32, classes of words <c>[N, T]</c> int64, or a sequence; it may hold <see cref="TensorNames.Weights"/> of the examples.
/// </param>
public sealed class Batch(TensorSet input, TensorSet target) : IDisposable
{
    /// <summary>Input with N examples.</summary>
    public TensorSet Input { get; } = input ?? throw new ArgumentNullException(nameof(input));

    /// <summary>What is to be predicted.</summary>
    public TensorSet Target { get; } = target ?? throw new ArgumentNullException(nameof(target));

    /// <summary>Number of targets: of examples, or of pairs of them.</summary>
    public int Count => Target.Count;

    /// <summary>The batch on a device; this object itself where it is there already, else new tensors that the caller owns.</summary>
    public Batch To(Device device)
    {
        var (input, target) = (Input.To(device), Target.To(device));
        return ReferenceEquals(input, Input) && ReferenceEquals(target, Target) ? this : new Batch(input, target);
    }

    /// <summary>Disposes input and target.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Target.Dispose();
    }
}
