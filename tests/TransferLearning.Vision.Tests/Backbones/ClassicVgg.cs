using System.Text.Json;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>VGG16 without its last pooling and with a new last layer for ten classes, filled with formula weights once.</summary>
public sealed class ClassicVgg : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights;

    public ClassicVgg()
    {
        var backbone = VisionBackbones.Create("vgg16", input => input with { Height = 32, Width = 32, ResizeSize = 32 }).Without("features.30");
        Model = backbone.WithHead(new LinearHead([.. Enumerable.Range(0, 10).Select(i => $"{i}")]), ownsBackbone: true);
        Model.Eval();
        using var _ = no_grad();
        foreach (var (name, parameter) in Parameters)
        {
            using var value = Formula.Weight(name, parameter.shape, gain: 1.2);
            parameter.copy_(value);
        }
        Model.NotifyWeightsChanged();
        _weights = Parameters.ToDictionary(entry => entry.Key, entry => entry.Value.clone());
    }

    public TransferModel Model { get; }

    /// <summary>By the reference's names: the head is its last layer.</summary>
    public Dictionary<string, TorchSharp.Modules.Parameter> Parameters => new(
        Model.Backbone.Module.named_parameters().Where(entry => !entry.name.StartsWith("classifier.6", StringComparison.Ordinal))
            .Concat(Model.Head.named_parameters().Select(entry => ($"classifier.6.{entry.name.Split('.')[^1]}", entry.parameter)))
            .Select(entry => KeyValuePair.Create(entry.Item1, entry.Item2)));

    public Tensor Logits(JsonElement input) => Model.Forward(Formula.Input(input)).Values;

    /// <summary>The weights as the formula gives them.</summary>
    public void Reset()
    {
        using var _ = no_grad();
        foreach (var (name, parameter) in Parameters) parameter.copy_(_weights[name]);
    }

    public void Dispose()
    {
        Model.Dispose();
        foreach (var weight in _weights.Values) weight.Dispose();
    }
}
