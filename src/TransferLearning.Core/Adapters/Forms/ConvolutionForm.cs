using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>
/// A convolution of sequences or maps with a weight <c>[outputs, inputs / groups, ...kernel]</c>: A has its kernel, B a kernel of 1.
/// </summary>
internal sealed class ConvolutionForm : ILoraForm
{
    private readonly long[] _shape;
    private readonly Func<Tensor, Tensor, Tensor> _convolve;

    private ConvolutionForm(long[] shape, long groups, Func<Tensor, Tensor, Tensor> convolve) =>
        (_shape, Groups, _convolve) = (shape, groups, convolve);

    /// <summary>The form of one of torch's convolutions, or of one that says how it convolves; null for others.</summary>
    public static ConvolutionForm? Of(nn.Module<Tensor, Tensor> module) => module switch
    {
        IAdaptableConvolution own => new(module.get_parameter("weight")!.shape, own.Groups, own.Convolve),
        Conv1d or Conv2d when module is Convolution torch =>
            new(torch.weight!.shape, torch.groups, (input, weight) => Convolve(torch, input, weight)),
        _ => null,
    };

    /// <summary>Number of parts that the channels are cut into.</summary>
    public long Groups { get; }

    public (long[] A, long[] B) Shapes(int rank) => rank % Groups == 0
        ? ([rank, .. _shape[1..]], [_shape[0], rank / Groups, .. Enumerable.Repeat(1L, _shape.Length - 2)])
        : throw new ArgumentException(
            $"it has {Groups} groups, of which {rank} is no multiple: give it another rank in RankPattern, or leave it out in "
            + "ExcludedModules");

    public Tensor Apply(Tensor input, Tensor a, Tensor b)
    {
        var hidden = _convolve(input, a);
        return b.dim() == 3 ? nn.functional.conv1d(hidden, b, groups: Groups) : nn.functional.conv2d(hidden, b, groups: Groups);
    }

    public Tensor Weight(Tensor a, Tensor b) =>
        b.reshape(Groups, _shape[0] / Groups, -1).bmm(a.reshape(Groups, a.size(0) / Groups, -1)).reshape(_shape);

    private static Tensor Convolve(Convolution layer, Tensor input, Tensor weight)
    {
        var padding = layer.padding ?? [];
        if (layer.padding_type is Padding.Same || layer.padding_mode != PaddingModes.Zeros)
        {
            input = nn.functional.pad(
                input, Margins(layer), layer.padding_mode == PaddingModes.Zeros ? PaddingModes.Constant : layer.padding_mode);
            padding = [.. layer.kernel_size.Select(_ => 0L)];
        }
        return layer is Conv1d
            ? nn.functional.conv1d(input, weight, null, layer.stride[0], padding[0], layer.dilation[0], layer.groups)
            : nn.functional.conv2d(input, weight, null, layer.stride, padding, layer.dilation, layer.groups);
    }

    /// <summary>What is put before and after each dimension, the last one first.</summary>
    private static long[] Margins(Convolution layer)
    {
        List<long> margins = [];
        for (var i = layer.kernel_size.Length - 1; i >= 0; i--)
        {
            var total = layer.padding_type is Padding.Same ? layer.dilation[i] * (layer.kernel_size[i] - 1) : 2 * layer.padding![i];
            margins.AddRange([total / 2, total - total / 2]);
        }
        return [.. margins];
    }
}
