// snippet: token-head
using System.Text.Json.Nodes;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

// snippet: token-head
/// <summary>A linear layer on each position: an output for each token, without names.</summary>
public sealed class TokenHead(int tokens, IObjective objective) : IHeadReplacer
{
    public string Kind => "tokens";

    public JsonObject Settings => new() { ["tokens"] = tokens };

    public IObjective Objective => objective;

    public int Outputs => tokens;

    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => hidden;

    public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layer(featureSize, tokens);

    public static TokenHead Read(SavedHead saved) => new((int)saved.Settings["tokens"]!, saved.Objective);

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly nn.Module<Tensor, Tensor> linear;

        public Layer(int inputs, int outputs) : base(nameof(TokenHead))
        {
            linear = nn.Linear(inputs, outputs);
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet hidden) => hidden.WithValues(linear.call(hidden.Values));
    }
}
// end-snippet
