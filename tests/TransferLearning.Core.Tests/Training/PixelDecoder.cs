using System.Text.Json.Nodes;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>
/// The second half of an autoencoder as a user writes it: from features to images <c>[N, 1, side, side]</c>, which have no names.
/// </summary>
internal sealed class PixelDecoder(int side, IObjective objective) : IHeadReplacer
{
    public const string Name = "pixel decoder";

    public string Kind => Name;

    public JsonObject Settings => new() { ["side"] = side };

    public IObjective Objective => objective;

    public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layers(featureSize, side);

    public static PixelDecoder Read(SavedHead saved) => new((int)saved.Settings["side"]!, saved.Objective);

    private sealed class Layers : nn.Module<TensorSet, TensorSet>
    {
        private readonly nn.Module<Tensor, Tensor> layers;

        public Layers(int features, int side) : base(nameof(PixelDecoder))
        {
            layers = nn.Sequential(nn.Linear(features, side * side), nn.Unflatten(1, [1, side, side]));
            RegisterComponents();
            Formula.FillModule(this);
        }

        public override TensorSet forward(TensorSet features) => layers.call(features.Values);
    }
}
