using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A network that turns inputs into features, cut into layer groups so that it can be frozen, trained and cached in parts.
/// To add one, implement this interface or wrap your module in <c>ModuleBackbone</c>.
/// </summary>
public interface IPretrainedBackbone : IDisposable
{
    /// <summary>Id, feature size, input and provenance.</summary>
    BackboneInfo Info { get; }

    /// <summary>The torch module with the reference's parameter names, original classifier included. Owned by the backbone.</summary>
    nn.Module Module { get; }

    /// <summary>The stages from the input to the output. Running them in order and then <see cref="Pool"/> is the whole backbone.</summary>
    IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>Turns the last group's output into what heads read. The result belongs to the current dispose scope.</summary>
    Features Pool(TensorSet hidden);

    /// <summary>
    /// Computes the features of a batch. Uses the module's current mode and gradient mode:
    /// wrap it in <c>torch.no_grad()</c> and call <c>Module.eval()</c> for plain feature extraction.
    /// The result belongs to the current dispose scope.
    /// </summary>
    Features Extract(TensorSet input) => Pool(this.Run(input, 0, LayerGroups.Count));
}

/// <summary>Operations on any backbone.</summary>
public static class BackboneExtensions
{
    /// <summary>
    /// Runs the layer groups from <paramref name="from"/> up to, not including, <paramref name="to"/>.
    /// Intermediate results are disposed as soon as they are used (autograd keeps what it needs);
    /// the result belongs to the current dispose scope.
    /// </summary>
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
        var hidden = input;
        for (var group = from; group < to; group++)
        {
            using var scope = NewDisposeScope();
            var next = groups[group].Forward(hidden);
            // What a group passes on belongs to whom it came from.
            if (!ReferenceEquals(next.Values, hidden.Values)) next.Values.MoveToOuterDisposeScope();
            if (!ReferenceEquals(next.Mask, hidden.Mask)) next.Mask?.MoveToOuterDisposeScope();
            if (!ReferenceEquals(hidden.Values, input.Values) && !ReferenceEquals(hidden.Values, next.Values)) hidden.Values.Dispose();
            hidden = next;
        }
        return hidden;
    }

    /// <summary>Puts a head on the backbone.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="head">What builds the head.</param>
    /// <param name="ownsBackbone">Whether the model disposes the backbone too. Default false: dispose the model first, then the backbone.</param>
    public static TransferModel WithHead(this IPretrainedBackbone backbone, IHeadReplacer head, bool ownsBackbone = false) => new(backbone, head, ownsBackbone);
}
