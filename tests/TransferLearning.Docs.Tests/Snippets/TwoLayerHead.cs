// snippet: own-head
using System.Text.Json.Nodes;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: own-head
/// <summary>One hidden layer with ReLU and dropout, then a linear layer.</summary>
public sealed class TwoLayerHead(IReadOnlyList<string> labels, int width = 256, double dropout = 0.2) : IHeadReplacer
{
    public string Kind => "two-layer";

    public JsonObject Settings => new() { ["width"] = width };

    public IReadOnlyList<string> Labels { get; } = OutputNames.Check(labels, new CrossEntropy());

    public IObjective Objective { get; } = new CrossEntropy();

    public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layers(featureSize, width, Labels.Count, dropout);

    public static TwoLayerHead Read(SavedHead saved) => new(saved.Labels, (int)saved.Settings["width"]!);

    private sealed class Layers : nn.Module<TensorSet, TensorSet>
    {
        private readonly nn.Module<Tensor, Tensor> layers;

        public Layers(int inputs, int width, int outputs, double dropout) : base(nameof(TwoLayerHead))
        {
            layers = nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), new Dropout(dropout), nn.Linear(width, outputs));
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet features) => layers.call(features.Values);
    }
}
// end-snippet
