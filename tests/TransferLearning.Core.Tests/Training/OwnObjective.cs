using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>An objective as a user writes one, with a measure of his own: cross-entropy, measured by the example that is answered worst.</summary>
internal sealed class OwnObjective : IObjective
{
    private readonly CrossEntropy _inner = new();

    public string Name => "cross-entropy, worst answer";

    public Tensor Loss(Tensor output, Tensor target) => _inner.Loss(output, target);

    public Tensor Probabilities(Tensor output) => _inner.Probabilities(output);

    public void Validate(Tensor target, int outputs) => _inner.Validate(target, outputs);

    public IMetric CreateMetric(IReadOnlyList<string> labels) => new Metric();

    private sealed class Metric : IMetric
    {
        private readonly List<double> _probabilities = [];

        public void Add(Tensor output, Tensor target)
        {
            using var scope = NewDisposeScope();
            _probabilities.AddRange(output.softmax(1).gather(1, target.unsqueeze(1)).data<float>().Select(probability => (double)probability));
        }

        public Evaluation Compute() => new WorstAnswer { Count = _probabilities.Count, Worst = _probabilities.Min() };
    }

    private sealed record WorstAnswer : Evaluation
    {
        public required double Worst { get; init; }

        public override double Score => Worst;
    }
}
