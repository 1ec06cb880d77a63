using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Which row of DeBERTa's table of distances belongs to two tokens. Near distances have a row each, far ones share rows
/// on a logarithmic scale.
/// </summary>
/// <param name="span">Half of the table's rows: distances of either sign.</param>
/// <param name="buckets">Rows of either sign; 0: each distance has its own.</param>
/// <param name="furthest">The distance that the last row stands for.</param>
internal sealed class RelativePositions(int span, int buckets, int furthest)
{
    public int Span { get; } = span;

    public static RelativePositions Read(TextConfiguration json, int positions)
    {
        var furthest = json.Integer("max_relative_positions", -1) is > 0 and var given ? given : positions;
        var buckets = Math.Max(json.Integer("position_buckets", -1), 0);
        return new RelativePositions(buckets > 0 ? buckets : furthest, buckets, furthest);
    }

    /// <summary>The row for each query and key, <c>[T, T]</c> int64; belongs to the current dispose scope.</summary>
    public Tensor Rows(long length, Device device)
    {
        using var scope = NewDisposeScope();
        var distances = arange(1 - length, length, ScalarType.Int64, device);
        var bucketed = buckets > 0 ? Bucket(distances) : distances;
        return (bucketed + Span).clamp_(0, 2 * Span - 1).unfold(0, length, 1).flip(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Distances below half the buckets stay; beyond, the logarithm is divided evenly and rounded up. In single precision, as the
    /// reference: where a quotient is whole, its rounding decides the bucket.
    /// </summary>
    internal Tensor Bucket(Tensor distances)
    {
        using var scope = NewDisposeScope();
        var middle = buckets / 2;
        var size = distances.abs().clamp_min(1).to_type(ScalarType.Float32);
        var scale = tensor((furthest - 1) / (float)middle).log();
        var far = ((size / middle).log() / scale * (middle - 1)).ceil() + middle;
        return where(size.le(middle), distances, (far * distances.sign()).to_type(ScalarType.Int64)).MoveToOuterDisposeScope();
    }
}
