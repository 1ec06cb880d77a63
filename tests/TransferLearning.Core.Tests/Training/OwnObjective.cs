using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>
/// An objective as a user writes one, with a measure of his own: cross-entropy, measured by the example that is answered worst.
/// </summary>
internal sealed record OwnObjective : IObjective
{
    private readonly CrossEntropy _inner = new();

    public string Kind => "own objective";

    public IAnswer Answer => _inner.Answer;

    public IReadOnlyList<IMetric> Metrics => [new OwnMetric()];

    public Tensor Loss(TensorSet output, TensorSet target) => _inner.Loss(output, target);

    public void Validate(TensorSet target, int outputs) => _inner.Validate(target, outputs);
}
