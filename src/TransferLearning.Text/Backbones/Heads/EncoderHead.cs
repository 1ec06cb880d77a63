using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// A head in the reference's form, under the reference's names: <c>[N, T, D]</c> in; <c>[N, K]</c> out, or <c>[N, T, K]</c> where it
/// does not pool. Its weights are blank until they are loaded or <see cref="Initialize"/> draws them.
/// </summary>
internal sealed class EncoderHead : nn.Module<TensorSet, TensorSet>
{
    private readonly HeadLayout _layout;
    private readonly TextNetwork _network;
    private readonly Linear? _dense;
    private readonly LayerNorm? _norm;
    private readonly Linear? _output;
    private readonly nn.Module? _tied;
    private readonly Dropout _inputDropout, _dropout;

    /// <param name="layout">What the head consists of.</param>
    /// <param name="network">What the head is for: gives the widths, and the table of words where it is shared. Borrowed.</param>
    /// <param name="outputs">Number K of outputs.</param>
    public EncoderHead(HeadLayout layout, TextNetwork network, int outputs) : base(nameof(EncoderHead))
    {
        (_layout, _network) = (layout, network);
        var width = layout.IsTied ? network.WordEmbeddings.Weight.size(1) : network.Width;
        if (layout.Dense is not null) Add(layout.Dense, _dense = new Linear(network.Width, width, layout.HasDenseBias));
        if (layout.Norm is not null) Add(layout.Norm, _norm = new LayerNorm(width, layout.NormEpsilon, layout.HasNormBias));
        if (layout.IsTied) (_tied = Branch(layout.Output.Split('.'))).register_parameter("bias", Parameters.Blank(outputs));
        else Add(layout.Output, _output = new Linear(width, outputs));
        Add("input_dropout", _inputDropout = new Dropout(layout.InputDropout));
        Add("dropout", _dropout = new Dropout(layout.Dropout));
    }

    /// <summary>
    /// Draws the weights from a seed; those that the network has under the same name (a pretrained pooler) start as there.
    /// </summary>
    public void Initialize(long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(unchecked((ulong)seed), CPU);
        using var _ = no_grad();
        foreach (var (name, parameter) in named_parameters()) _network.Draw(name, parameter, generator);
        var pretrained = _network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var (name, parameter) in named_parameters())
            if (pretrained.TryGetValue(name, out var value)) parameter.copy_(value);
    }

    public override TensorSet forward(TensorSet tokens)
    {
        using var scope = NewDisposeScope();
        var x = _layout.Pooling?.Pool(tokens) ?? tokens.Values;
        if (_dense is not null) x = _dense.Call(_inputDropout.call(x), _layout.Activation);
        if (_norm is not null) x = _norm.call(x);
        x = _dropout.call(x);
        var output = (
            _output?.call(x) ?? Operations.Affine(x, _network.WordEmbeddings.Weight, _tied!.get_parameter("bias"))).MoveToOuterDisposeScope();
        return _layout.Pooling is null ? tokens.WithValues(output) : output;
    }

    private void Add(string path, nn.Module layer)
    {
        var names = path.Split('.');
        Branch(names[..^1]).register_module(names[^1], layer);
    }

    /// <summary>The module at a path, made where it is not there yet.</summary>
    private nn.Module Branch(string[] names)
    {
        nn.Module branch = this;
        foreach (var name in names)
        {
            var child = branch.named_children().FirstOrDefault(child => child.name == name).module;
            if (child is null) branch.register_module(name, child = new Node(name));
            branch = child;
        }
        return branch;
    }

    /// <summary>A part of a name.</summary>
    private sealed class Node(string name) : nn.Module(name);
}
