using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Networks;

public static partial class Operations
{
    /// <summary>
    /// The same values in another shape: 0 keeps the dimension that the input has in this place, and one -1 is what is left.
    /// </summary>
    public static Tensor Reshape(Tensor x, params long[] shape)
    {
        var sizes = Array.Exists(Given(shape), size => size == 0) ? [.. shape.Select((size, i) => size == 0 ? Given(x).size(i) : size)]
            : shape;
        return Recorded(Given(x).reshape(sizes), (x, shape));
    }

    /// <summary>The dimensions from one to another as one.</summary>
    public static Tensor Flatten(Tensor x, long from = 0, long to = -1) => Recorded(Given(x).flatten(from, to), (x, from, to));

    /// <summary>A dimension of size 1 added in this place; a view.</summary>
    public static Tensor Unsqueeze(Tensor x, long dimension) => Recorded(Given(x).unsqueeze(dimension), (x, dimension));

    /// <summary>Without this dimension, which is of size 1; a view.</summary>
    public static Tensor Squeeze(Tensor x, long dimension) => Recorded(Given(x).squeeze(dimension), (x, dimension));

    /// <summary>Two dimensions exchanged; a view.</summary>
    public static Tensor Transpose(Tensor x, long first, long second) => Recorded(Given(x).transpose(first, second), (x, first, second));

    /// <summary>The dimensions in another order; a view.</summary>
    public static Tensor Permute(Tensor x, params long[] order) => Recorded(Given(x).permute(Given(order)), (x, order));

    /// <summary>Dimensions of size 1 repeated to a shape, in which -1 leaves a dimension as it is; a view.</summary>
    public static Tensor Expand(Tensor x, params long[] shape) => Recorded(Given(x).expand(Given(shape)), (x, shape));

    /// <summary>Tensors one after the other along a dimension.</summary>
    public static Tensor Concat(Tensor[] parts, long dimension) =>
        Recorded(cat([.. Given(parts).Select(part => Given(part))], dimension), (parts, dimension));

    /// <summary>Equal parts along a dimension, the last perhaps smaller; views.</summary>
    public static Tensor[] Chunk(Tensor x, long count, long dimension) => Recorded(Given(x).chunk(count, dimension), (x, count, dimension));

    /// <summary>Every <paramref name="step"/>-th position from one to another, not including it, along a dimension; a view.</summary>
    public static Tensor Slice(Tensor x, long dimension, long from, long to, long step = 1) =>
        Recorded(Given(x).slice(dimension, from, to, step), (x, dimension, from, to, step));

    /// <summary>Some positions along a dimension; a view.</summary>
    public static Tensor Narrow(Tensor x, long dimension, long start, long length) =>
        Recorded(Given(x).narrow(dimension, start, length), (x, dimension, start, length));

    /// <summary>One position along a dimension, which is gone then; a view.</summary>
    public static Tensor Select(Tensor x, long dimension, long index) => Recorded(Given(x).select(dimension, index), (x, dimension, index));

    /// <summary>
    /// The positions along a dimension that an index <c>[K]</c> (int64) names. An index outside may end the process: check it first.
    /// </summary>
    public static Tensor IndexSelect(Tensor x, long dimension, Tensor index) =>
        Recorded(Given(x).index_select(dimension, Given(index)), (x, dimension, index));

    /// <summary>
    /// For each place of the index (int64) the value along a dimension that it names. An index outside may end the process.
    /// </summary>
    public static Tensor Gather(Tensor x, long dimension, Tensor index) =>
        Recorded(Given(x).gather(dimension, Given(index)), (x, dimension, index));

    /// <summary>The values turned round along some dimensions.</summary>
    public static Tensor Flip(Tensor x, params long[] dimensions) => Recorded(Given(x).flip(Given(dimensions)), (x, dimensions));

    /// <summary>The values moved along some dimensions; what leaves at one end comes in at the other.</summary>
    public static Tensor Roll(Tensor x, long[] shifts, long[] dimensions) =>
        Recorded(Given(x).roll(Given(shifts), Given(dimensions)), (x, shifts, dimensions));

    /// <summary>A number around the values: how often before and after the last dimension, then the last but one, and so on.</summary>
    public static Tensor Pad(Tensor x, long[] padding, double number = 0) =>
        Recorded(functional.pad(Given(x), Given(padding), value: number), (x, padding, number));

    /// <summary>The whole numbers from one to another, not including it, int64; null: on the default device.</summary>
    public static Tensor Range(long from, long to, Device? device = null) =>
        Recorded(arange(from, to, ScalarType.Int64, device), (from, to, device));

    /// <summary>The values with the memory laid out dimension by dimension.</summary>
    public static Tensor Contiguous(Tensor x) => Recorded(Given(x).contiguous(), x);

    /// <summary>
    /// A map <c>[N, C, H, W]</c> of which the channels of a pixel lie side by side in memory; the values and the shape are the same. On the
    /// CPU depthwise convolutions take half the time then, and 1x1 convolutions are matrix products; elsewhere the map stays as it is.
    /// </summary>
    public static Tensor ChannelsLast(Tensor x) => Recorded(InChannelsLast(Given(x)), x);

    internal static Tensor InChannelsLast(Tensor x)
    {
        if (x.device_type != DeviceType.CPU) return x.alias();
        using var pixels = x.permute(0, 2, 3, 1);
        using var contiguous = pixels.contiguous();
        return contiguous.permute(0, 3, 1, 2);
    }

    private static Tensor[] Recorded<TArguments>(
        Tensor[] results, TArguments arguments, [CallerMemberName] string operation = "") where TArguments : ITuple
    {
        Recorder.Current?.Add(operation, arguments, results);
        return results;
    }
}
