using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>A linear layer on each position, whose outputs are tokens without names.</summary>
internal sealed class TokenHead(int tokens, IObjective objective) : IHeadReplacer
{
    public string Kind => "tokens";

    public JsonObject Settings => new() { ["tokens"] = tokens };

    public IObjective Objective => objective;

    public int Outputs => tokens;

    public IReadOnlyList<IMetric> Metrics => objective is CrossEntropy ? [new ClassificationMetric()] : [];

    public TensorSet Read(IPretrainedBackbone backbone, TensorSet hidden) => hidden;

    public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layer(featureSize, tokens);

    public static TokenHead Read(SavedHead saved) => new((int)saved.Settings["tokens"]!, saved.Objective);

    private sealed class Layer : nn.Module<TensorSet, TensorSet>
    {
        private readonly TorchSharp.Modules.Linear linear;

        public Layer(int inputs, int outputs) : base(nameof(TokenHead))
        {
            linear = nn.Linear(inputs, outputs);
            TestKit.Formula.FillModule(linear);
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet hidden) => hidden.WithValues(linear.call(hidden.Values));
    }
}
