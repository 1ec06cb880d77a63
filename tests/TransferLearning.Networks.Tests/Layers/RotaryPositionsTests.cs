using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public sealed class RotaryPositionsTests : IDisposable
{
    private readonly RotaryPositions _positions = new(theta: 10000, headWidth: 8, positions: 16);

    public void Dispose() => _positions.Dispose();

    [Fact]
    public void A_score_depends_on_the_distance_alone()
    {
        using var scope = NewDisposeScope();
        var (query, key) = (randn(1, 1, 1, 8).expand(1, 1, 16, 8), randn(1, 1, 1, 8).expand(1, 1, 16, 8));
        var scores = _positions.Rotate(query).matmul(_positions.Rotate(key).transpose(-1, -2))[0, 0];
        scores[1.., 1..].Should().BeWithin(1e-4, scores[..15, ..15]);
        (scores[0, 0] - scores[0, 5]).abs().item<float>().Should().BeGreaterThan(1e-3f);
    }

    [Fact, NoTensorLeaks]
    public void Positions_may_begin_later()
    {
        using var scope = NewDisposeScope();
        var x = randn(1, 2, 16, 8);
        _positions.Rotate(x[.., .., 5..], start: 5).Should().BeIdenticalTo(_positions.Rotate(x)[.., .., 5..]);
    }
}
