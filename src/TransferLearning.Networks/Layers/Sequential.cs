using System.Globalization;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Modules that run one after the other, with torch's names: "0", "1" and so on. What one passes to the next is disposed at once.
/// A convolution or linear layer takes a norm and an activation that follow it into its own call, which may be one pass.
/// </summary>
public sealed class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>?[] _parts;

    /// <summary>These modules, which it owns from now on.</summary>
    public Sequential(params IEnumerable<nn.Module<Tensor, Tensor>> parts) : base(nameof(Sequential))
    {
        _parts = [.. parts ?? throw new ArgumentNullException(nameof(parts))];
        if (_parts.Contains(null)) throw new ArgumentException("A part is null.", nameof(parts));
        for (var i = 0; i < _parts.Length; i++) register_module(Name(i), _parts[i]!);
    }

    /// <summary>How many modules there are, those that were removed included.</summary>
    public int Count => _parts.Length;

    /// <summary>The module of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such module, or no longer.</exception>
    public nn.Module<Tensor, Tensor> this[int index] => (index >= 0 && index < Count ? _parts[index] : null)
        ?? throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} modules, or it was removed.");

    /// <summary>Runs them. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Run(this, x, Steps(Present(..)), (step, hidden) => step(hidden));

    /// <summary>Runs some of them: <c>5..10</c>. The result belongs to the current dispose scope.</summary>
    public Tensor Call(Tensor x, Range parts) => Run(this, x, Steps(Present(parts)), (step, hidden) => step(hidden));

    /// <summary>Takes a module out, which the caller owns from now on. The others keep their names and their places.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such module, or no longer.</exception>
    public nn.Module<Tensor, Tensor> Remove(int index)
    {
        var part = this[index];
        _parts[index] = null;
        register_module(Name(index), null!);
        return part;
    }

    /// <summary>
    /// Runs modules of another that take the same besides a tensor one after the other; a module may come more than once. What one passes
    /// to the next is disposed at once. The result belongs to the current dispose scope.
    /// </summary>
    public static Tensor Run<T>(IEnumerable<nn.Module<Tensor, T, Tensor>> parts, Tensor x, T other)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Run(null, x, parts, (part, hidden) =>
            (part ?? throw new ArgumentException("A part is null.", nameof(parts))).call(hidden, other));
    }

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    private nn.Module<Tensor, Tensor>[] Present(Range parts) => [.. _parts[parts].OfType<nn.Module<Tensor, Tensor>>()];

    private static IEnumerable<Func<Tensor, Tensor>> Steps(nn.Module<Tensor, Tensor>[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (part is Convolution convolution)
            {
                var norm = Next<BatchNorm>();
                var activation = Next<ActivationLayer>()?.Activation ?? Activation.None;
                yield return x => convolution.Call(x, norm, activation);
            }
            else if (part is Linear linear)
            {
                var activation = Next<ActivationLayer>()?.Activation ?? Activation.None;
                yield return x => linear.Call(x, activation);
            }
            else if (part is Dropout dropout) yield return x => Operations.Dropout(x, dropout);
            else yield return part.call;

            T? Next<T>() where T : class
            {
                if (i + 1 >= parts.Length || parts[i + 1] is not T next) return null;
                i++;
                return next;
            }
        }
    }

    private static Tensor Run<T>(nn.Module? block, Tensor x, IEnumerable<T> parts, Func<T, Tensor, Tensor> call)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = new BlockScope(block);
        var hidden = x;
        foreach (var part in parts)
        {
            var next = call(part, hidden);
            if (!ReferenceEquals(hidden, x) && !ReferenceEquals(hidden, next)) hidden.Dispose();
            hidden = next;
        }
        return scope.Leave(hidden);
    }
}
