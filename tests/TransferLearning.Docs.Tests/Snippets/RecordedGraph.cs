using TransferLearning;
using TransferLearning.Networks;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace Snippets;

public static class RecordedGraph
{
    public static TensorSet Run(VisionBackbone backbone, Tensor images)
    {
        // snippet: record-graph
        backbone.Module.eval();
        using var graph = Graph.Record(backbone, images);
        Console.WriteLine(graph);            // one operation a line
        var output = graph.Run(images);      // the bits of the network
        // end-snippet
        return output;
    }
}
