using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public sealed class AttentionTests : IDisposable
{
    private readonly IDisposable _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_and_without_dropout_attention_is_the_same_but_for_what_is_dropped(bool isMasked)
    {
        var (queries, keys, values) = (randn(2, 5, 8), randn(2, 5, 8), randn(2, 5, 8));
        // The second text has no token at all: its queries get zeros.
        var visible = isMasked ? Attention.Visible(tensor(new[] { true, true, false, true, false, false, false, false, false, false }).view(2, 5)) : null;
        var expected = Attention.Scaled(queries, keys, values, heads: 2, visible);
        // So rare that nothing is dropped: the way with dropout must then give what torch's own attention does.
        Attention.Scaled(queries, keys, values, heads: 2, visible, Training(1e-9)).Should().BeWithin(1e-6, expected.data<float>().ToArray());
        if (isMasked) expected[1].count_nonzero().item<long>().Should().Be(0);
    }

    [Fact]
    public void Dropout_changes_the_mixture_by_its_own_numbers()
    {
        var x = randn(2, 5, 8);
        Mixed().Should().BeIdenticalTo(Mixed());
        Mixed().eq(Attention.Scaled(x, x, x, heads: 2)).all().item<bool>().Should().BeFalse();

        Tensor Mixed() => Attention.Scaled(x, x, x, heads: 2, dropout: Training(0.5));
    }

    private static Dropout Training(double probability) => new(probability) { Random = new RandomSource() };
}
