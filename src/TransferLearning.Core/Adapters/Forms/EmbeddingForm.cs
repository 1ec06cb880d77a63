using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>A table of vectors <c>[rows, width]</c>, looked up by ids.</summary>
internal sealed class EmbeddingForm : ILoraForm
{
    private readonly long _rows, _width;

    private EmbeddingForm(Tensor table) => (_rows, _width) = (table.size(0), table.size(1));

    /// <summary>The form of a module that looks rows of its weight up, tried on an id; null where it does not.</summary>
    public static EmbeddingForm? Of(nn.Module<Tensor, Tensor> module)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var table = module.get_parameter("weight")!.detach();
        var last = full([1, 1], table.size(0) - 1, ScalarType.Int64, table.device);
        return Trial.Gives(module, last, table[^1..].unsqueeze(0)) ? new EmbeddingForm(table) : null;
    }

    public (long[] A, long[] B) Shapes(int rank) => ([rank, _rows], [_width, rank]);

    public bool StartsWithB => true;

    public (string A, string B) PeftNames => ("lora_embedding_A", "lora_embedding_B");

    public Tensor Apply(Tensor input, Tensor a, Tensor b) =>
        nn.functional.linear(a.index_select(1, input.flatten()).t(), b).reshape([.. input.shape, _width]);

    public Tensor Weight(Tensor a, Tensor b) => b.matmul(a).t();
}
