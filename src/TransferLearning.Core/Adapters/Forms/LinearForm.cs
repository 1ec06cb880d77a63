using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A product with a weight <c>[outputs, inputs]</c>, or <c>[inputs, outputs]</c> as in GPT-2.</summary>
internal sealed class LinearForm : ILoraForm
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly long _inputs, _outputs;

    private LinearForm(nn.Module<Tensor, Tensor> module, bool isTransposed)
    {
        _module = module;
        var shape = module.get_parameter("weight")!.shape;
        (_outputs, _inputs) = isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1]);
    }

    /// <summary>The form of a module that computes a product with its weight, tried on an input; null where it does not.</summary>
    public static LinearForm? Of(nn.Module<Tensor, Tensor> module) =>
        IsTransposed(module) is { } isTransposed ? new(module, isTransposed) : null;

    public (long[] A, long[] B) Shapes(int rank) => ([rank, _inputs], [_outputs, rank]);

    public Tensor Apply(Tensor input, Tensor a, Tensor b) => nn.functional.linear(nn.functional.linear(input, a), b);

    // A square weight says which it is by its values alone, and those may have been loaded since.
    public Tensor Weight(Tensor a, Tensor b) => IsTransposed(_module) == true ? b.matmul(a).t() : b.matmul(a);

    private static bool? IsTransposed(nn.Module<Tensor, Tensor> module)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = module.get_parameter("weight")!.detach();
        var bias = module.has_parameter("bias") ? module.get_parameter("bias")!.detach() : null;
        return Computes(weight) ? false : Computes(weight.t()) ? true : null;

        bool Computes(Tensor matrix)
        {
            if (bias is not null && bias.numel() != matrix.size(0)) return false;
            // Some modules want a batch of sequences.
            var inputs = matrix.size(1);
            var input = linspace(-1, 1, inputs, ScalarType.Float32).to(weight.dtype).to(weight.device);
            return Trial.Gives(module, input.reshape(1, inputs), nn.functional.linear(input.reshape(1, inputs), matrix, bias))
                || Trial.Gives(module, input.reshape(1, 1, inputs), nn.functional.linear(input.reshape(1, 1, inputs), matrix, bias));
        }
    }
}
