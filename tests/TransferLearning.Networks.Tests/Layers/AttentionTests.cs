using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

public class AttentionTests
{
    [Fact]
    public void It_is_softmax_of_scaled_products()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn(2, 5, 6), randn(2, 7, 6), randn(2, 7, 6));
        var mixed = Attention.Scaled(q, k, v, heads: 2);
        for (var head = 0; head < 2; head++)
        {
            var (ofQ, ofK, ofV) = (q.narrow(2, 3 * head, 3), k.narrow(2, 3 * head, 3), v.narrow(2, 3 * head, 3));
            var expected = ofQ.bmm(ofK.transpose(1, 2)).div(Math.Sqrt(3)).softmax(-1).bmm(ofV);
            mixed.narrow(2, 3 * head, 3).Should().BeWithin(1e-5, expected);
        }
    }

    [Fact]
    public void Hidden_keys_change_nothing_and_a_query_that_sees_none_gets_zeros()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn(2, 3, 4), randn(2, 3, 4), randn(2, 3, 4));
        var mask = tensor(new[] { true, true, false, false, false, false }).view(2, 3);
        var mixed = Attention.Scaled(q, k, v, 2, Attention.Visible(mask));
        mixed[..1].Should().BeWithin(1e-5, Attention.Scaled(q[..1], k[..1, ..2], v[..1, ..2], 2));
        mixed[1..].abs().sum().item<float>().Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dropout_of_next_to_nothing_is_the_same_by_its_own_way(bool masked)
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(1e-9);
        var (q, k, v) = (randn(2, 3, 4), randn(2, 3, 4), randn(2, 3, 4));
        var visible = masked ? Attention.Visible(tensor(new[] { true, true, false, false, false, false }).view(2, 3)) : null;
        Attention.Scaled(q, k, v, 2, visible, dropout).Should().BeWithin(1e-5, Attention.Scaled(q, k, v, 2, visible));
    }

    [Fact]
    public void Dropout_works_in_training_alone()
    {
        using var scope = NewDisposeScope();
        using var dropout = new Dropout(0.5) { Random = new RandomSource(seed: 3) };
        var x = randn(1, 8, 4);
        var without = Attention.Scaled(x, x, x, 1);
        (Attention.Scaled(x, x, x, 1, dropout: dropout) - without).abs().max().item<float>().Should().BeGreaterThan(0.01f);
        dropout.eval();
        Attention.Scaled(x, x, x, 1, dropout: dropout).Should().BeIdenticalTo(without);
    }
}
