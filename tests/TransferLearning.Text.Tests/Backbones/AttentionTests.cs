using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Backbones;

[Collection(nameof(TorchGenerator))]
public sealed class AttentionTests : IDisposable
{
    private readonly IDisposable _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // So rare that nothing is dropped: the way with dropout must then give what torch's own attention does.
    private const double Never = 1e-9;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_and_without_dropout_attention_is_the_same_but_for_what_is_dropped(bool isMasked)
    {
        manual_seed(0);
        var (queries, keys, values) = (randn(2, 5, 8), randn(2, 5, 8), randn(2, 5, 8));
        // The second text has no token at all: its queries get zeros.
        var visible = isMasked ? Attention.Visible(tensor(new[] { true, true, false, true, false, false, false, false, false, false }).view(2, 5)) : null;
        var expected = Attention.Scaled(queries, keys, values, heads: 2, visible, dropout: 0);
        Attention.Scaled(queries, keys, values, heads: 2, visible, Never).Should().BeWithin(1e-6, expected.data<float>().ToArray());
        if (isMasked) expected[1].count_nonzero().item<long>().Should().Be(0);
    }

    [Fact]
    public void Dropout_changes_the_mixture()
    {
        manual_seed(0);
        var x = randn(2, 5, 8);
        Attention.Scaled(x, x, x, heads: 2, null, 0.5).eq(Attention.Scaled(x, x, x, heads: 2, null, 0)).all().item<bool>().Should().BeFalse();
    }
}
