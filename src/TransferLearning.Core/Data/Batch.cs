using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Some examples: input and targets. Owns both; dispose it.</summary>
/// <param name="input">Input with N examples.</param>
/// <param name="target">What is to be predicted; class indices <c>[N]</c> int64 for classification, numbers <c>[N, K]</c> float32 for several labels and for regression.</param>
public sealed class Batch(TensorSet input, Tensor target) : IDisposable
{
    /// <summary>Input with N examples.</summary>
    public TensorSet Input { get; } = input ?? throw new ArgumentNullException(nameof(input));

    /// <summary>What is to be predicted; class indices <c>[N]</c> int64 for classification, numbers <c>[N, K]</c> float32 for several labels and for regression.</summary>
    public Tensor Target { get; } = target ?? throw new ArgumentNullException(nameof(target));

    /// <summary>Number of targets: of examples, or of pairs of them.</summary>
    public int Count => checked((int)Target.shape[0]);

    /// <summary>Disposes input and target.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Target.Dispose();
    }
}
