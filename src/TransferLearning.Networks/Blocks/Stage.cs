using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>Makes layer groups of functions, for networks of which the hidden state is one tensor and its mask.</summary>
public static class Stage
{
    /// <summary>
    /// A layer group: hidden states in, hidden states out. What is computed in between is disposed, and the mask goes along.
    /// </summary>
    /// <param name="name">Name for people, such as <c>"stage3"</c>.</param>
    /// <param name="prefixes">What belongs to the group: see <see cref="LayerGroup.Prefixes"/>.</param>
    /// <param name="compute">Computes the values of the next hidden state with <see cref="Operations"/>.</param>
    public static LayerGroup Of(string name, IReadOnlyList<string> prefixes, Func<TensorSet, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return new LayerGroup(name, prefixes, hidden =>
        {
            using var scope = new BlockScope(null);
            return new TensorSet(scope.Leave(compute(hidden)), hidden.Mask);
        });
    }

    /// <summary>
    /// A layer group of maps <c>[N, C, H, W]</c>. It lays its input out anew (see <see cref="Operations.ChannelsLast"/>), so that it
    /// computes the same bits wherever that comes from. See <see cref="Of"/>.
    /// </summary>
    public static LayerGroup OfMaps(string name, IReadOnlyList<string> prefixes, Func<Tensor, Tensor> compute) =>
        Of(name, prefixes, hidden => compute(Operations.ChannelsLast(hidden.Values)));

    /// <summary>
    /// A layer group of sequences <c>[N, T, D]</c> with their mask <c>[N, T]</c>, null where every place is real. See <see cref="Of"/>.
    /// </summary>
    public static LayerGroup OfSequences(string name, IReadOnlyList<string> prefixes, Func<Tensor, Tensor?, Tensor> compute) =>
        Of(name, prefixes, hidden => compute(hidden.Values, hidden.Mask));
}
