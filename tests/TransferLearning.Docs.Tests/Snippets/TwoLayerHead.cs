// snippet: own-head
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: own-head
/// <summary>One hidden layer with ReLU and dropout, then a linear layer.</summary>
public sealed class TwoLayerHead(IReadOnlyList<string> labels, int width = 256, double dropout = 0.2) : IHeadReplacer
{
    public string Kind => "two-layer";

    public IReadOnlyList<string> Labels => labels;

    public IObjective Objective { get; } = new CrossEntropy();

    public nn.Module<Features, Tensor> Build(int featureSize) => new Layers(featureSize, width, labels.Count, dropout);

    private sealed class Layers : nn.Module<Features, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> layers;

        public Layers(int inputs, int width, int outputs, double dropout) : base(nameof(TwoLayerHead))
        {
            layers = nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(width, outputs));
            RegisterComponents();
        }

        public override Tensor forward(Features features) => layers.call(features.Pooled);
    }
}
// end-snippet
