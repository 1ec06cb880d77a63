using TorchSharp;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Tests;

/// <summary>Layers against torch's own of the same weights.</summary>
public class LayerTests
{
    [Fact]
    public void They_compute_what_torchs_compute()
    {
        using var scope = NewDisposeScope();
        Same(new Linear(4, 6), nn.Linear(4, 6), rand(2, 3, 4));
        Same(new Linear(4, 6, hasBias: false), nn.Linear(4, 6, hasBias: false), rand(2, 4));
        Same(new LayerNorm(4, epsilon: 1e-3), nn.LayerNorm(4, eps: 1e-3), rand(2, 3, 4));
        Same(new Convolution1d(4, 6, kernel: 3, stride: 2, groups: 2), nn.Conv1d(4, 6, 3, stride: 2, padding: 1, groups: 2), rand(2, 4, 9));
        Same(
            new Convolution(4, 6, kernel: 3, stride: 2, dilation: 2, padding: Padding.Of(1), hasBias: true), nn.Conv2d(4, 6, 3, stride: 2, padding: 1, dilation: 2), rand(2, 4, 9, 8));
        Same(new Convolution(4, 6, kernel: 1, groups: 2), nn.Conv2d(4, 6, 1, groups: 2, bias: false), rand(2, 4, 9, 8));
        Same(new Embedding(5, 4), nn.Embedding(5, 4), tensor(new long[] { 0, 4, 2, 1 }).view(2, 2));

        static void Same(nn.Module<Tensor, Tensor> ours, nn.Module<Tensor, Tensor> torchs, Tensor input)
        {
            using (ours)
            using (torchs)
            {
                var weights = torchs.state_dict();
                ours.state_dict().Keys.Should().Equal(weights.Keys);
                using (no_grad())
                    foreach (var (name, weight) in ours.state_dict()) weight.copy_(weights[name]);
                ours.call(input).Should().BeWithin(1e-6, torchs.call(input), ours.GetName());
            }
        }
    }

    [Fact]
    public void Batch_norm_learns_and_keeps_statistics_as_torchs_does()
    {
        using var scope = NewDisposeScope();
        using var ours = new BatchNorm(3, epsilon: 1e-3);
        using var torchs = nn.BatchNorm2d(3, eps: 1e-3);
        ours.state_dict().Keys.Should().BeEquivalentTo(torchs.state_dict().Keys);
        for (var i = 0; i < 2; i++)
        {
            var x = randn(4, 3, 5, 5);
            ours.call(x).Should().BeIdenticalTo(torchs.call(x));
        }
        ours.RunningMean.Should().BeIdenticalTo(torchs.running_mean!);
        ours.RunningVariance.Should().BeIdenticalTo(torchs.running_var!);
        ours.get_buffer("num_batches_tracked")!.item<long>().Should().Be(2);
        ours.eval();
        torchs.eval();
        var last = randn(4, 3, 5, 5);
        ours.call(last).Should().BeIdenticalTo(torchs.call(last));
        ours.to(float64);
        ours.call(last.to(float64)).dtype.Should().Be(float64);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    public void An_id_outside_of_the_table_is_refused(long id)
    {
        using var table = new Embedding(5, 4);
        using var ids = tensor([id]).view(1, 1);
        table.Invoking(one => one.call(ids)).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"The id {id} is outside 0..4.*");
    }

    [Fact]
    public void Drawn_weights_follow_the_generator()
    {
        using var scope = NewDisposeScope();
        foreach (var (first, second) in ((nn.Module, nn.Module)[])
        [
            (new Linear(4, 6), new Linear(4, 6)), (new Embedding(4, 6), new Embedding(4, 6)),
            (new Convolution1d(4, 6, 3), new Convolution1d(4, 6, 3)),
            (new Convolution(4, 6, 3, hasBias: true), new Convolution(4, 6, 3, hasBias: true)),
        ])
            using (first)
            using (second)
            {
                foreach (var layer in (nn.Module[])[first, second])
                {
                    using var generator = new Generator(7, CPU);
                    ((IInitializable)layer).Initialize(generator);
                }
                foreach (var (one, other) in first.parameters().Zip(second.parameters()))
                    one.Should().BeIdenticalTo(other, first.GetName());
                first.parameters().First().std().item<float>().Should().BeGreaterThan(0.05f);
            }
    }

    [Fact]
    public void Weights_outlive_the_scope_they_are_made_in()
    {
        Linear layer;
        using (NewDisposeScope()) layer = new Linear(2, 2);
        using (layer) layer.Weight.IsInvalid.Should().BeFalse();
    }

    [Fact]
    public void A_convolution_of_sequences_does_not_pad_by_their_length() =>
        FluentActions.Invoking(() => new Convolution1d(2, 2, 3, padding: Padding.Same)).Should().Throw<ArgumentException>();
}
