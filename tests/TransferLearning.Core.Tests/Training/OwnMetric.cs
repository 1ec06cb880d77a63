using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>A metric as a user writes one, with a setting: the least probability of a true class, and how many lie below a limit.</summary>
internal sealed record OwnMetric(double Limit = 0.5) : IMetric
{
    public string Kind => "worst answer";

    public JsonObject Settings => new() { ["limit"] = Limit };

    public IMetricState Start(IReadOnlyList<string> labels) => new State(Limit);

    private sealed class State(double limit) : IMetricState
    {
        private readonly List<double> _probabilities = [];

        public void Add(TensorSet output, TensorSet target)
        {
            using var scope = NewDisposeScope();
            _probabilities.AddRange(
                output.Values.softmax(1).gather(1, target.Values.unsqueeze(1)).data<float>().Select(probability => (double)probability));
        }

        public MetricResult Compute() => new NumbersResult(
            "worst answer", new("worst", _probabilities.DefaultIfEmpty(double.NaN).Min()),
            new("below", _probabilities.Count(probability => probability < limit), LowerIsBetter: true));
    }
}
