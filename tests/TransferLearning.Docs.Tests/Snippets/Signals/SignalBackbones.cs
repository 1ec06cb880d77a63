using TransferLearning;

namespace Snippets.Signals;

// snippet: signal-backbones
/// <summary>The signal networks by name, each with the widths of its stages and how its pretrained weights want signals.</summary>
public static class SignalBackbones
{
    private static readonly Dictionary<string, (int[] Widths, SignalSpec Input)> Table = new()
    {
        ["signalnet_small"] = ([16, 32, 64], new SignalSpec(256)),
        ["signalnet_large"] = ([64, 128, 256, 512], new SignalSpec(1024)),
    };

    /// <summary>A network with random weights of torch's generator. The caller owns it.</summary>
    public static IPretrainedBackbone Create(string name, SignalSpec? input = null) => Build(name, input, weights: null);

    /// <summary>A network with the weights of a file, or of a weights package or the cache where none is named. The caller owns it.</summary>
    public static IPretrainedBackbone Load(string name, string? weights = null)
    {
        var locator = weights is null ? new WeightLocator() : new WeightLocator(new WeightFileSource(weights));
        var (path, provenance) = locator.Find(new WeightRequest(name));
        var backbone = Build(name, null, provenance);
        try
        {
            WeightLoader.Load(backbone.Module, path, new WeightLoadOptions { MayBeUnexpected = [@"^head\."] });
            backbone.Module.eval();
            return backbone;
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    private static ModuleBackbone Build(string name, SignalSpec? input, WeightProvenance? weights)
    {
        if (!Table.TryGetValue(name, out var entry))
            throw new ArgumentException($"There is no signal backbone '{name}'. Choose one of {string.Join(", ", Table.Keys)}.", nameof(name));
        TorchRuntime.Initialize();
        var network = new SignalNetwork(entry.Widths);
        var info = new BackboneInfo(name, entry.Widths[^1]) { Input = input ?? entry.Input, Weights = weights };
        return new ModuleBackbone(name, network, info.FeatureSize, network.Groups) { Info = info };
    }
}
// end-snippet
