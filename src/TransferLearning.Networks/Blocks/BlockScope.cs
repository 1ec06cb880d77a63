using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>While a block computes: its dispose scope, and its place in what is recorded.</summary>
internal readonly ref struct BlockScope
{
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <param name="block">The module that computes; null: the one around it.</param>
    public BlockScope(nn.Module? block) => Recorder.Current?.Enter(block);

    /// <summary>
    /// The result, for the scope around the block. What the block was given or keeps stays where it belongs: the result is an alias of it
    /// then.
    /// </summary>
    public Tensor Leave(Tensor result)
    {
        var own = _scope.Contains(result) ? result : Operations.Identity(result);
        Recorder.Current?.Leave();
        return own.MoveToOuterDisposeScope();
    }

    public void Dispose() => _scope.Dispose();
}
