using static TorchSharp.torch;

namespace TransferLearning.Weights.Keras;

/// <summary>Brings a weight from Keras's order of dimensions to torch's.</summary>
/// <param name="Shape">The shape afterwards.</param>
/// <param name="Apply">The values afterwards; the result belongs to the current dispose scope.</param>
internal sealed record Turn(Func<long[], long[]> Shape, Func<Tensor, Tensor> Apply)
{
    /// <summary>As it is.</summary>
    public static Turn None { get; } = new(shape => shape, values => values);

    /// <summary>
    /// <c>[..., inputs, outputs]</c> to <c>[outputs, inputs, ...]</c>: a dense layer's kernel and a convolution's; of a transposed one,
    /// whose order is the other in both, too.
    /// </summary>
    public static Turn Kernel { get; } = new(
        shape => [shape[^1], shape[^2], .. shape[..^2]],
        values => values.permute([values.dim() - 1, values.dim() - 2, .. Spatial(values)]));

    /// <summary><c>[..., channels, multiplier]</c> to <c>[channels * multiplier, 1, ...]</c>.</summary>
    public static Turn Depthwise { get; } = new(
        shape => [shape[^2] * shape[^1], 1, .. shape[..^2]],
        values => values.permute([values.dim() - 2, values.dim() - 1, .. Spatial(values)]).flatten(0, 1).unsqueeze(1));

    /// <summary>The kernel of a dense layer that reads a map, which Keras flattens row by row and torch channel by channel.</summary>
    public static Turn Flattened(int rows, int columns) => new(
        Kernel.Shape,
        values => values.view(rows, columns, -1, values.size(1)).permute(3, 2, 0, 1).flatten(1));

    /// <summary>Theano turns a kernel by 180 degrees before it slides it over the image; torch does not.</summary>
    public Turn ThenRotate() => this with
    {
        Apply = values =>
        {
            var kernel = Apply(values);
            return kernel.flip([.. Spatial(kernel).Select(dimension => dimension + 2)]);
        },
    };

    /// <summary>Without the last dimension, of size 1: Keras 1 has convolutions of sequences as those of maps with one column.</summary>
    public Turn ThenSqueeze() => new(shape => Shape(shape)[..^1], values => Apply(values).squeeze(-1));

    /// <summary>The convolution reads its input's channels from the last to the first.</summary>
    public Turn ThenReverseInputs() => this with { Apply = values => Apply(values).flip(1) };

    private static IEnumerable<long> Spatial(Tensor values) => Enumerable.Range(0, (int)values.dim() - 2).Select(i => (long)i);
}
