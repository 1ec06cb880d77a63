using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TransferLearning.Text;

/// <summary>A table of vectors: ids <c>[N, T]</c> in, their rows <c>[N, T, D]</c> out. Its weights are blank, as those of <see cref="Dense"/>.</summary>
internal sealed class Embedding : Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public Embedding(long rows, long width) : base(nameof(Embedding))
    {
        weight = Initialization.Blank(rows, width);
        RegisterComponents();
    }

    /// <summary>The whole table, <c>[rows, D]</c>.</summary>
    public Parameter Weight => weight;

    public override Tensor forward(Tensor ids)
    {
        using var flat = ids.flatten();
        using var rows = weight.index_select(0, flat);
        return rows.view(ids.size(0), ids.size(1), -1);
    }
}
