using TorchSharp.Modules;
using static TorchSharp.torch;
using static TransferLearning.Networks.Operations;

namespace TransferLearning.Networks;

/// <summary>A table of vectors: ids <c>[N, T]</c> int64 in, their rows <c>[N, T, D]</c> out.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>, IInitializable
{
    private readonly Parameter weight;

    /// <summary>A table without weights yet.</summary>
    public Embedding(long rows, long width) : base(nameof(Embedding))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        weight = Parameters.Blank(rows, width);
        Rows = rows;
        RegisterComponents();
    }

    /// <summary>Number of rows: ids are below it.</summary>
    public long Rows { get; }

    /// <summary>The whole table, <c>[rows, D]</c>.</summary>
    public Parameter Weight => weight;

    /// <summary>Looks up. The result belongs to the current dispose scope.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the table: torch's own check of it may end the process.</exception>
    public override Tensor forward(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = new BlockScope(this);
        CheckRange(ids);
        var rows = IndexSelect(weight, 0, Flatten(ids));
        return scope.Leave(Reshape(rows, ids.size(0), ids.size(1), -1));
    }

    /// <summary>Draws the table as torch does: normal with variance 1.</summary>
    public void Initialize(Generator? generator = null)
    {
        using var _ = no_grad();
        weight.normal_(0, 1, generator!);
    }

    private void CheckRange(Tensor ids)
    {
        if (ids.numel() == 0) return;
        var (lowest, highest) = (ids.min().item<long>(), ids.max().item<long>());
        if (lowest < 0 || highest >= Rows)
            throw new ArgumentOutOfRangeException(nameof(ids), $"The id {(lowest < 0 ? lowest : highest)} is outside 0..{Rows - 1}.");
    }
}
