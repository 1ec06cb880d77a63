using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// A part of a network that computes with <see cref="Operations"/> and owns what it computes: all but its result is disposed at its end
/// (autograd keeps what it needs). The result belongs to the caller's dispose scope.
/// </summary>
public abstract class Block : nn.Module<Tensor, Tensor>
{
    /// <summary>
    /// A block. Call <c>RegisterComponents()</c> at the end of the constructor: its fields are then its parts, by their names.
    /// </summary>
    protected Block() : base(nameof(Block))
    {
    }

    /// <summary>Computes and disposes what is not the result.</summary>
    public sealed override Tensor forward(Tensor x)
    {
        using var scope = new BlockScope(this);
        return scope.Leave(Compute(x));
    }

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <summary>What the block computes.</summary>
    protected abstract Tensor Compute(Tensor x);
}

/// <inheritdoc cref="Block"/>
/// <typeparam name="T">What it takes besides a tensor: a mask, positions, a second tensor.</typeparam>
public abstract class Block<T> : nn.Module<Tensor, T, Tensor>
{
    /// <inheritdoc cref="Block()"/>
    protected Block() : base(nameof(Block))
    {
    }

    /// <inheritdoc cref="Block.forward"/>
    public sealed override Tensor forward(Tensor x, T other)
    {
        using var scope = new BlockScope(this);
        return scope.Leave(Compute(x, other));
    }

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <inheritdoc cref="Block.Compute"/>
    protected abstract Tensor Compute(Tensor x, T other);
}

/// <inheritdoc cref="Block"/>
/// <typeparam name="T1">What it takes besides a tensor.</typeparam>
/// <typeparam name="T2">What it takes besides these.</typeparam>
public abstract class Block<T1, T2> : nn.Module<Tensor, T1, T2, Tensor>
{
    /// <inheritdoc cref="Block()"/>
    protected Block() : base(nameof(Block))
    {
    }

    /// <inheritdoc cref="Block.forward"/>
    public sealed override Tensor forward(Tensor x, T1 second, T2 third)
    {
        using var scope = new BlockScope(this);
        return scope.Leave(Compute(x, second, third));
    }

    /// <inheritdoc/>
    public override string GetName() => GetType().Name;

    /// <inheritdoc cref="Block.Compute"/>
    protected abstract Tensor Compute(Tensor x, T1 second, T2 third);
}
