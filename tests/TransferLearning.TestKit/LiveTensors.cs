using TorchSharp;

namespace TransferLearning.TestKit;

/// <summary>How many tensors the process holds.</summary>
public static class LiveTensors
{
    /// <summary>Their number, without those that are unreachable already.</summary>
    public static long Count()
    {
        // What earlier tests left to the garbage collector would be counted as disposed by the one that measures.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }
}
