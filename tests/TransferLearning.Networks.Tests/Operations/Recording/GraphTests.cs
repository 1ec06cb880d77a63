using TransferLearning.TestKit;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks.Tests;

public sealed class GraphTests : IDisposable
{
    private readonly SmallEncoder _network = new();
    private readonly TensorSet _example = new(rand(2, 3, 8, 8), ones(2, 16, dtype: ScalarType.Bool));

    public GraphTests()
    {
        _network.eval();
        // The norm is folded once.
        Compute(_example).Dispose();
    }

    public void Dispose()
    {
        _network.Dispose();
        _example.Dispose();
    }

    [Fact, NoTensorLeaks]
    public void A_graph_computes_the_bits_of_the_network()
    {
        using var scope = NewDisposeScope();
        using var graph = Record();
        using var input = new TensorSet(rand(2, 3, 8, 8), rand(2, 16).gt(0.5));
        using var expected = Compute(input);
        using var actual = graph.Run(input);
        actual.Values.Should().BeIdenticalTo(expected.Values);
    }

    [Fact]
    public void It_lists_the_operations_with_their_module()
    {
        using var graph = Record();
        graph.Nodes.Select(node => node.Operation.Name).Should().StartWith(
            ["ChannelsLast", "Convolve2d", "Silu", "Flatten", "Transpose", "LayerNormalize", "Affine", "Chunk"]);
        var listing = graph.ToString().Split('\n');
        listing.Should().HaveCount(graph.Nodes.Count + 3);
        listing[0].Should().Be("input values: %0 Float32 [2, 3, 8, 8]");
        listing.Should().ContainSingle(line => line.Contains("= LayerNormalize(", StringComparison.Ordinal))
            .Which.Should().Contain("layer.norm.weight, layer.norm.bias, epsilon: 1E-05").And.EndWith("# layer");
    }

    [Fact]
    public void Weights_are_named_as_in_the_network_and_folded_ones_after_it()
    {
        using var graph = Record();
        graph.Constants.Select(constant => constant.Name).Should()
            .StartWith(["conv.weight (folded)", "bn.bias (folded)", "layer.norm.weight"]).And.Contain("layer._positions.constant6");
    }

    [Fact]
    public void What_is_written_in_place_is_another_value()
    {
        using var graph = Graph.Record(_network, input => InPlace.Add(Scale(input.Values, 2), input.Values), _example);
        graph.Nodes.Select(node => (node.Operation.Name, node.Outputs[0])).Should().Equal(("Scale", 2), ("Add", 3));
        graph.Outputs.Should().Equal(new GraphPort(TensorNames.Values, 3));
    }

    [Fact, NoTensorLeaks]
    public void A_tensor_made_otherwise_is_refused_with_its_reader()
    {
        var record = () => Graph.Record(_network, input => Relu(input.Values * 2), _example);
        record.Should().Throw<InvalidOperationException>()
            .WithMessage("'Relu' in SmallEncoder reads a tensor Float32 [2, 3, 8, 8]*not in the instruction set*");
        var returned = () => Graph.Record(_network, input => input.Values * 2, _example);
        returned.Should().Throw<InvalidOperationException>().WithMessage("The output 'values' reads*");
        using var after = Record();
    }

    [Fact]
    public void A_named_constant_is_kept_by_value()
    {
        using var table = rand(8);
        using var graph = Graph.Record(_network, input => Add(input.Values, Constant(table)), _example);
        graph.Constants.Should().ContainSingle().Which.Name.Should().Be("constant0");
        using var result = graph.Run(_example);
        using var expected = _example.Values + table;
        result.Values.Should().BeIdenticalTo(expected);
    }

    [Fact]
    public void Training_mode_is_refused()
    {
        _network.train();
        FluentActions.Invoking(Record).Should().Throw<InvalidOperationException>().WithMessage("*training mode*eval()*");
    }

    [Fact]
    public void A_run_needs_the_inputs_that_were_recorded()
    {
        using var graph = Record();
        graph.Invoking(one => one.Run(_example.Values)).Should().Throw<ArgumentException>()
            .WithMessage("The graph reads values, mask; got values.*");
    }

    private Graph Record() => Graph.Record(_network, Compute, _example);

    private TensorSet Compute(TensorSet input)
    {
        using var _ = no_grad();
        return _network.call(input.Values, input.Mask);
    }
}
