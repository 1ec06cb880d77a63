using TransferLearning;
using static TorchSharp.torch;

namespace Autoencoder;

/// <summary>The two halves of the autoencoder.</summary>
internal static class Network
{
    /// <summary>From images <c>[N, 1, 8, 8]</c> to features <c>[N, 256]</c>: a backbone like any other.</summary>
    public static ModuleBackbone Encoder(long seed = 0)
    {
        manual_seed(seed);
        return new("digit-encoder", nn.Sequential(nn.Flatten(), nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU()), 256);
    }
}

/// <summary>From features back to the image: a head without labels.</summary>
internal sealed class Decoder : IHeadReplacer
{
    public const string Name = "decoder";

    public string Kind => Name;

    public IObjective Objective { get; } = new Regression();

    public nn.Module<TensorSet, TensorSet> Build(int featureSize) => new Layers(featureSize);

    private sealed class Layers : nn.Module<TensorSet, TensorSet>
    {
        private readonly nn.Module<Tensor, Tensor> layers;

        public Layers(int features) : base(Name)
        {
            layers = nn.Sequential(nn.Linear(features, 256), nn.ReLU(), nn.Linear(256, 64), nn.Unflatten(1, [1, 8, 8]));
            RegisterComponents();
        }

        public override TensorSet forward(TensorSet input) => layers.call(input.Values);
    }
}
