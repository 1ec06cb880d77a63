using TransferLearning;
using TransferLearning.Networks;

namespace Snippets;

public static class RecordedGraph
{
    public static TensorSet Run(IPretrainedBackbone backbone, TensorSet images)
    {
        // snippet: record-graph
        backbone.Module.eval();
        using var graph = Graph.Record(backbone, images);
        Console.WriteLine(graph);            // one operation a line
        var output = graph.Run(images);      // the bits of the network
        // end-snippet
        return output;
    }

    public static IReadOnlyDictionary<string, int> Count(Graph graph)
    {
        // snippet: graph-nodes
        foreach (var (operation, count) in graph.Nodes.CountBy(node => node.Operation.Name)) Console.WriteLine($"{count} x {operation}");
        var weights = graph.Constants.Sum(constant => constant.Tensor.numel());
        var last = graph.Nodes[^1];
        Console.WriteLine($"{weights} weights; at the end {last.Operation.Name} of {last.Path}");
        // end-snippet
        return graph.Nodes.CountBy(node => node.Operation.Name).ToDictionary();
    }
}
