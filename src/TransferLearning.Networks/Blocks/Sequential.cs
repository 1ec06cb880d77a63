using System.Globalization;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Modules that run one after the other, with torch's names: "0", "1" and so on. What one passes to the next is disposed at once.</summary>
public sealed class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _parts;

    /// <summary>These modules, which it owns from now on.</summary>
    public Sequential(params IEnumerable<nn.Module<Tensor, Tensor>> parts) : base(nameof(Sequential))
    {
        _parts = [.. parts ?? throw new ArgumentNullException(nameof(parts))];
        if (_parts.Contains(null)) throw new ArgumentException("A part is null.", nameof(parts));
        for (var i = 0; i < _parts.Length; i++) register_module(i.ToString(CultureInfo.InvariantCulture), _parts[i]);
    }

    /// <summary>Runs them. The result belongs to the current dispose scope.</summary>
    public override Tensor forward(Tensor x) => Run(this, x, _parts, (part, hidden) => part.call(hidden));

    /// <summary>
    /// Runs modules of another that take the same besides a tensor one after the other; a module may come more than once. What one passes to
    /// the next is disposed at once. The result belongs to the current dispose scope.
    /// </summary>
    public static Tensor Run<T>(IEnumerable<nn.Module<Tensor, T, Tensor>> parts, Tensor x, T other)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return Run(null, x, parts, (part, hidden) =>
            (part ?? throw new ArgumentException("A part is null.", nameof(parts))).call(hidden, other));
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
