// snippet: signal-network
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets.Signals;

// snippet: signal-network
/// <summary>Stages of a convolution that halves the length, batch norm and ReLU. Sequences <c>[N, T, D]</c> flow between them.</summary>
internal sealed class SignalNetwork : nn.Module
{
    public SignalNetwork(IReadOnlyList<int> widths) : base(nameof(SignalNetwork)) =>
        Groups = [.. widths.Select((width, i) => Stage($"stage{i + 1}", i == 0 ? 1 : widths[i - 1], width))];

    public IReadOnlyList<LayerGroup> Groups { get; }

    private LayerGroup Stage(string name, int inputs, int outputs)
    {
        var layers = nn.Sequential(nn.Conv1d(inputs, outputs, 9, stride: 2, padding: 4, bias: false), nn.BatchNorm1d(outputs), nn.ReLU());
        register_module(name, layers);
        return new LayerGroup(name, [name], hidden => hidden.WithValues(Run(layers, hidden.Values)));
    }

    private static Tensor Run(nn.Module<Tensor, Tensor> layers, Tensor values)
    {
        using var scope = NewDisposeScope();
        var channels = values.dim() == 2 ? values.unsqueeze(1) : values.transpose(1, 2);
        return layers.call(channels).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
// end-snippet
