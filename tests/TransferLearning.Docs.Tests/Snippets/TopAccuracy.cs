// snippet: own-metric
using System.Text.Json.Nodes;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: own-metric
/// <summary>Share of the examples whose class is among the K likeliest, as <c>"top3"</c>.</summary>
public sealed record TopAccuracy(int K) : IMetric
{
    private const string Name = "top accuracy";

    public string Kind => Name;

    public JsonObject Settings => new() { ["k"] = K };

    public IMetricState Start(IReadOnlyList<string> labels) => new State(K);

    public static TopAccuracy Read(JsonObject settings) => new((int)settings["k"]!);

    private sealed class State(int k) : IMetricState
    {
        private long _hits, _count;

        public void Add(TensorSet output, TensorSet target)
        {
            using var scope = NewDisposeScope();
            var (_, likeliest) = output.Values.topk(k, 1);
            _hits += likeliest.eq(target.Values.unsqueeze(1)).sum().item<long>();
            _count += target.Count;
        }

        public MetricResult Compute() => new NumbersResult(Name, new MetricValue($"top{k}", (double)_hits / _count));
    }
}
// end-snippet
