using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A network that turns inputs into features, cut into layer groups so that it can be frozen, trained and cached in parts.
/// To add one, implement this interface or wrap your module in <see cref="ModuleBackbone"/>.
/// </summary>
public interface IPretrainedBackbone : IDisposable
{
    /// <summary>Id, feature size, input and provenance.</summary>
    BackboneInfo Info { get; }

    /// <summary>The torch module with the reference's parameter names, original classifier included. Owned by the backbone.</summary>
    nn.Module Module { get; }

    /// <summary>The stages from the input to the output. Running them in order is the whole backbone.</summary>
    IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>
    /// One vector for each example, <c>[N, D]</c>, of the last group's output: what most heads read. Default: the mean over the positions
    /// of a map or a sequence. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    Tensor Pool(TensorSet hidden) => Pooling.Mean(hidden);

    /// <summary>
    /// The positions of the last group's output, <c>[N, T, D]</c>, with a mask where some are padding: for heads that look at each.
    /// Default: a sequence as it is, the places of a map <c>[N, D, H, W]</c> row by row. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="ArgumentException">The output is neither.</exception>
    TensorSet Positions(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return hidden.Values.dim() switch
        {
            3 => hidden,
            4 => hidden.WithValues(hidden.Values.flatten(2).transpose(1, 2)),
            _ => throw new ArgumentException(
                $"The backbone '{Info.Id}' gives [{string.Join(", ", hidden.Values.shape)}], which has no positions: a map [N, D, H, "
                + "W] or a sequence [N, T, D] has. Use a head that reads one vector."),
        };
    }
}

/// <summary>Operations on any backbone.</summary>
public static class BackboneExtensions
{
    /// <summary>
    /// One vector for each example, <c>[N, D]</c>. Uses the module's current mode and gradient mode: wrap it in <c>torch.no_grad()</c> and
    /// call <c>Module.eval()</c> for plain feature extraction. The result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public static Tensor Extract(this IPretrainedBackbone backbone, TensorSet input)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        using var scope = NewDisposeScope();
        return backbone.Pool(backbone.Run(input, 0, backbone.LayerGroups.Count)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Runs the layer groups from <paramref name="from"/> up to, not including, <paramref name="to"/>.
    /// Intermediate results are disposed as soon as they are used (autograd keeps what it needs);
    /// the result belongs to the current dispose scope.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such groups.</exception>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    public static TensorSet Run(this IPretrainedBackbone backbone, TensorSet input, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return backbone.LayerGroups.Run(input, from, to);
    }

    /// <inheritdoc cref="Run(IPretrainedBackbone, TensorSet, int, int)"/>
    public static TensorSet Run(this IReadOnlyList<LayerGroup> groups, TensorSet input, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, groups.Count);
        var hidden = input;
        for (var group = from; group < to; group++)
        {
            using var scope = NewDisposeScope();
            // What a group passes on belongs to whom it came from.
            var next = groups[group].Forward(hidden).MoveToOuterDisposeScope(except: hidden);
            foreach (var (_, tensor, _) in hidden.Entries)
                if (!input.Has(tensor) && !next.Has(tensor)) tensor.Dispose();
            hidden = next;
        }
        return hidden;
    }
}
