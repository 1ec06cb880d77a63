using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Data;

[NoTensorLeaks]
public sealed class RowStoreTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void Whatever_goes_in_comes_out_in_any_order(ScalarType type)
    {
        var random = new SplitMix64(1);
        for (var trial = 0; trial < 40; trial++)
        {
            using var scope = NewDisposeScope();
            var count = 1 + random.NextInt(12);
            long[] inner = [.. Enumerable.Range(0, random.NextInt(3)).Select(_ => 1L + _ % 2)];
            // Sequences of their own lengths, in batches of a random size and in a random order.
            TensorSet Example(int i) => Formula.Input($"{trial}.{i}", [1 + i * 5 % 4, .. inner], 0, 9).to_type(type);
            TensorSet[] examples = [.. Enumerable.Range(0, count).Select(Example)];
            int[] order = [.. Enumerable.Range(0, count)];
            random.Shuffle<int>(order);
            using var store = new RowStore(count, padding: 0);
            foreach (var positions in order.Chunk(1 + random.NextInt(4)))
            {
                var batch = Collation.Stack([.. positions.Select(i => examples[i])]);
                store.TryAdd(positions, batch.Values, batch.Mask).Should().BeTrue();
            }

            int[] asked = [.. Enumerable.Range(0, 1 + random.NextInt(8)).Select(_ => random.NextInt(count))];
            using var gathered = Gather(store, asked);
            var expected = Collation.Stack([.. asked.Select(i => examples[i])]);
            gathered.Values.Should().BeIdenticalTo(expected.Values);
            gathered.Names.Should().Equal(expected.Names);
            gathered.Mask?.Should().BeIdenticalTo(expected.Mask!);
            store.Bytes.Should().Be(examples.Sum(example => example.Values.numel() * example.Values.element_size()), "padding is not kept");
        }
    }

    [Fact]
    public void Numbers_and_vectors_have_no_mask()
    {
        using var scope = NewDisposeScope();
        using RowStore numbers = new(3, 0), vectors = new(3, 0), maps = new(3, 0);
        numbers.TryAdd([2, 0, 1], tensor([5L, 6, 7]), null).Should().BeTrue();
        vectors.TryAdd([2, 0, 1], arange(6).view(3, 2), null).Should().BeTrue();
        maps.TryAdd([2, 0, 1], arange(12).view(3, 1, 2, 2), null).Should().BeTrue();
        (RowStore Store, Tensor Expected)[] cases =
            [(numbers, tensor([6L, 5])), (vectors, tensor([2L, 3, 0, 1], [2, 2])), (maps, tensor([4L, 5, 6, 7, 0, 1, 2, 3], [2, 1, 2, 2]))];
        foreach (var (store, expected) in cases)
        {
            using var gathered = Gather(store, [0, 2]);
            gathered.Values.Should().BeIdenticalTo(expected);
            gathered.Names.Should().Equal("values");
        }
    }

    [Fact]
    public void Rows_are_filled_up_with_the_padding()
    {
        using var scope = NewDisposeScope();
        using var store = new RowStore(2, padding: -100);
        store.TryAdd([0, 1], tensor([1L, 2, 3, 4, 0, 0], [2, 3]), tensor([true, true, true, true, false, false], [2, 3])).Should().BeTrue();
        using var gathered = Gather(store, [1, 0]);
        gathered.Values.Should().BeIdenticalTo(tensor([4L, -100, -100, 1, 2, 3], [2, 3]));
    }

    [Fact]
    public void What_is_padded_elsewhere_than_on_the_right_cannot_be_kept()
    {
        using var scope = NewDisposeScope();
        using var store = new RowStore(1, 0);
        store.TryAdd([0], zeros(1, 3, 2), tensor([false, true, true], [1, 3])).Should().BeFalse();
        store.TryAdd([0], zeros(1, 3, 2), tensor([true, false, true], [1, 3])).Should().BeFalse();
        store.TryAdd([0], zeros(1, 3, 2), tensor([true, true, false], [1, 3])).Should().BeTrue();
    }

    [Fact]
    public void An_example_of_which_nothing_is_real_is_kept_as_nothing()
    {
        using var scope = NewDisposeScope();
        using var store = new RowStore(2, 0);
        store.TryAdd([0, 1], ones(2, 2, 1), tensor([false, false, true, true], [2, 2])).Should().BeTrue();
        using var both = Gather(store, [0, 1]);
        using var nothing = Gather(store, [0]);
        both.Values.Should().BeWithin(0, tensor([0f, 0, 1, 1], [2, 2, 1]));
        both.Mask!.Should().BeIdenticalTo(tensor([false, false, true, true], [2, 2]));
        nothing.Values.shape.Should().Equal(1, 0, 1);
    }

    [Fact]
    public void A_batch_of_another_form_is_named()
    {
        using var scope = NewDisposeScope();
        using var store = new RowStore(4, 0);
        store.TryAdd([0, 1], zeros(2, 3, 2), null).Should().BeTrue();
        foreach (var odd in new[] { zeros(2, 3, 5), zeros(2, 3), zeros(2, 3, 2, ScalarType.Int64), zeros(3, 3, 2) })
            store.Invoking(s => s.TryAdd([2, 3], odd, null))
                .Should().Throw<ArgumentException>()
                .WithMessage("A batch of 2 examples gives *Float32 of as many dimensions and [..., 2] is expected*");
        store.TryAdd([2, 3], zeros(2, 7, 2), null).Should().BeTrue("sequences may be longer");
    }

    private static TensorSet Gather(RowStore store, int[] positions)
    {
        var (values, mask) = store.Gather(positions);
        return new TensorSet(values, mask);
    }
}
