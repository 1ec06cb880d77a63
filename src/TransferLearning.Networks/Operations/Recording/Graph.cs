using System.Globalization;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// The operations that a network consists of in evaluation mode, in order: recorded, listed, run again without the network.
/// </summary>
/// <remarks>
/// Sizes that the network computed with are those of the recorded example, so other inputs of the same shape can be run; of other shapes
/// where no such size is among the attributes. It shares the memory of the network's weights. Dispose it.
/// </remarks>
public sealed class Graph : IDisposable
{
    private readonly ILookup<int, int> _lastReadBy;

    internal Graph(
        IReadOnlyList<GraphValue> values, IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphConstant> constants,
        IReadOnlyList<GraphPort> inputs, IReadOnlyList<GraphPort> outputs)
    {
        (Values, Nodes, Constants, Inputs, Outputs) = (values, nodes, constants, inputs, outputs);
        int[] kept = [.. constants.Select(constant => constant.Value), .. inputs.Concat(outputs).Select(port => port.Value)];
        _lastReadBy = nodes.SelectMany((node, i) => node.Inputs.OfType<int>().Concat(node.Outputs).Select(value => (value, i)))
            .GroupBy(read => read.value, read => read.i).Where(reads => !kept.Contains(reads.Key))
            .ToLookup(reads => reads.Max(), reads => reads.Key);
    }

    /// <summary>What the values are; ports, constants and nodes name them by their index.</summary>
    public IReadOnlyList<GraphValue> Values { get; }

    /// <summary>The operations in the order in which they run.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Weights, and what else no input changes, in the order of their first use.</summary>
    public IReadOnlyList<GraphConstant> Constants { get; }

    /// <summary>What goes in.</summary>
    public IReadOnlyList<GraphPort> Inputs { get; }

    /// <summary>What comes out.</summary>
    public IReadOnlyList<GraphPort> Outputs { get; }

    /// <summary>
    /// Records a backbone from its input to the output of its last layer group.
    /// See <see cref="Record(nn.Module, Func{TensorSet, TensorSet}, TensorSet)"/>.
    /// </summary>
    public static Graph Record(IPretrainedBackbone backbone, TensorSet example)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return Record(backbone.Module, input => backbone.Run(input, 0, backbone.LayerGroups.Count), example);
    }

    /// <summary>Runs a function once and records its operations. The caller owns the graph.</summary>
    /// <param name="module">The network, in evaluation mode: its parameters and buffers are the graph's constants, by their names.</param>
    /// <param name="function">What is recorded: a function of the network's that computes with <see cref="Operations"/> alone.</param>
    /// <param name="example">What to run it with.</param>
    /// <exception cref="InvalidOperationException">
    /// The network is in training mode, or an operation reads a tensor that was made outside of the instruction set; the message names the
    /// operation and the module.
    /// </exception>
    public static Graph Record(nn.Module module, Func<TensorSet, TensorSet> function, TensorSet example)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(example);
        if (module.training)
            throw new InvalidOperationException(
                $"{module.GetName()} is in training mode; a graph is recorded in evaluation mode: call eval() first.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var recorder = new Recorder(module);
        GraphPort[] inputs = [.. example.Names.Select(name => new GraphPort(name, recorder.AddInput(example[name])))];
        var output = function(example);
        return recorder.Finish(
            inputs, [.. output.Names.Select(name => new GraphPort(name, recorder.Find(output[name], $"The output '{name}'")))]);
    }

    /// <summary>
    /// Runs the operations: the bits are those of the network in evaluation mode. No gradients. The results belong to the current dispose
    /// scope.
    /// </summary>
    /// <exception cref="ArgumentException">The inputs are not those that were recorded.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public TensorSet Run(TensorSet inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var names = Inputs.Select(input => input.Name);
        if (!inputs.Names.ToHashSet().SetEquals(names))
            throw new ArgumentException(
                $"The graph reads {string.Join(", ", names)}; got {string.Join(", ", inputs.Names)}.", nameof(inputs));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = new Tensor?[Values.Count];
        foreach (var input in Inputs) values[input.Value] = inputs[input.Name];
        foreach (var constant in Constants) values[constant.Value] = constant.Tensor;
        for (var i = 0; i < Nodes.Count; i++)
        {
            var node = Nodes[i];
            var results = node.Operation.Run([.. node.Inputs.Select(input => input is { } value ? values[value] : null)], node.Attributes);
            foreach (var (value, result) in node.Outputs.Zip(results)) values[value] = result;
            foreach (var value in _lastReadBy[i]) values[value]!.Dispose();
        }
        var set = new TensorSet(Output(Outputs[0]));
        foreach (var output in Outputs.Skip(1)) set = set.With(output.Name, Output(output));
        return set;

        Tensor Output(GraphPort port) =>
            scope.Contains(values[port.Value]!) ? values[port.Value]!.MoveToOuterDisposeScope() : values[port.Value]!;
    }

    /// <summary>Lists inputs, operations and outputs, one a line.</summary>
    public override string ToString()
    {
        var names = Constants.ToDictionary(constant => constant.Value, constant => constant.Name);
        return string.Join('\n',
        [
            .. Inputs.Select(input => $"input {input.Name}: {Declare(input.Value)}"),
            .. Nodes.Select(
                node => $"{string.Join(", ", node.Outputs.Select(Declare))} = {node.Operation}({Arguments(node)}){Comment(node)}"),
            .. Outputs.Select(output => $"output {output.Name}: {Read(output.Value)}"),
        ]);

        string Declare(int value) => $"%{value} {Values[value].Type} [{string.Join(", ", Values[value].Shape)}]";
        string Arguments(GraphNode node) =>
            string.Join(", ", node.Inputs.Select(Read).Concat(node.Attributes.Select(one => $"{one.Key}: {Tell(one.Value)}")));
        string Comment(GraphNode node) => node.Path.Length > 0 ? $"  # {node.Path}" : "";
        string Read(int? value) => value is not { } id ? "null" : names.GetValueOrDefault(id, $"%{id}");
        string Tell(object? value) =>
            value is long[] many ? $"[{string.Join(", ", many)}]" : Convert.ToString(value ?? "null", CultureInfo.InvariantCulture)!;
    }

    /// <summary>Disposes the constants; the network keeps its weights.</summary>
    public void Dispose()
    {
        foreach (var constant in Constants) constant.Tensor.Dispose();
    }
}
