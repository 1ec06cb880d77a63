using TransferLearning.TestKit;
using TransferLearning.Tests.Training;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

[NoTensorLeaks]
public sealed class BatchLoaderTests
{
    [Theory]
    [InlineData(10, 4, 0, new[] { 4, 4, 2 })]
    [InlineData(10, 4, 3, new[] { 4, 4, 2 })]
    [InlineData(9, 4, 2, new[] { 4, 5 })]
    [InlineData(8, 4, 2, new[] { 4, 4 })]
    [InlineData(3, 1, 2, new[] { 1, 1, 1 })]
    [InlineData(1, 4, 2, new[] { 1 })]
    [InlineData(5, 4, 1, new[] { 5 })]
    public void Every_example_comes_once_in_order_and_a_single_one_left_over_joins_the_batch_before(
        int count, int batchSize, int threads, int[] sizes)
    {
        using var values = tensor(Enumerable.Range(0, count).Select(i => (float)i).ToArray(), [count, 1]);
        var loader = new BatchLoader(Source(values), batchSize, threads);
        int[] order = [.. Enumerable.Range(0, count).Reverse()];

        List<float> seen = [];
        List<int> counts = [];
        foreach (var batch in loader.Load(order, default, CancellationToken.None))
            using (batch)
            {
                counts.Add(batch.Count);
                seen.AddRange(batch.Input.Values.data<float>().ToArray());
            }

        counts.Should().Equal(sizes);
        loader.Batches(count).Should().Be(sizes.Length);
        seen.Should().Equal(order.Select(i => (float)i));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void What_a_loader_throws_arrives_as_it_is(int threads)
    {
        using var values = zeros(40, 1);
        var source = new FakeDataset(Data(values))
        {
            Change = batch => { batch.Dispose(); throw new InvalidDataException("photo 7 is broken"); }
        };
        var load = () => new BatchLoader(source, 4, threads).Load([.. Enumerable.Range(0, 40)], default, CancellationToken.None).First();
        load.Should().Throw<InvalidDataException>().WithMessage("photo 7 is broken");
    }

    [Fact]
    public void Batches_that_nobody_takes_are_disposed()
    {
        using var values = zeros(40, 1);
        foreach (
            var batch in new BatchLoader(Source(values), 4, threads: 4).Load([.. Enumerable.Range(0, 40)], default, CancellationToken.None))
        {
            batch.Dispose();
            break;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Cancellation_ends_the_epoch_before_the_next_batch(int threads)
    {
        using var values = zeros(12, 1);
        using var cancellation = new CancellationTokenSource();
        var (taken, loaded) = (0, 0);
        var source = new FakeDataset(Data(values)) { Change = batch => { Interlocked.Increment(ref loaded); return batch; } };
        var load = () =>
        {
            foreach (var batch in new BatchLoader(source, 4, threads).Load([.. Enumerable.Range(0, 12)], default, cancellation.Token))
            {
                batch.Dispose();
                taken++;
                // Batches that are ready are not handed out either.
                SpinWait.SpinUntil(() => Volatile.Read(ref loaded) == (threads == 0 ? 1 : 3));
                cancellation.Cancel();
            }
        };
        load.Should().Throw<OperationCanceledException>();
        taken.Should().Be(1);
    }

    private static TensorDataset Data(Tensor values) => new(values, new int[values.shape[0]], ["a", "b"]);

    private static IBatchSource Source(Tensor values) => Data(values).Prepare(null);
}
