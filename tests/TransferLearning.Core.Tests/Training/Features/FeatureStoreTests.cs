using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

[NoTensorLeaks]
public sealed class FeatureStoreTests
{
    [Fact]
    public void Sets_of_named_tensors_come_back_in_any_order_as_if_they_had_been_stacked()
    {
        using var scope = NewDisposeScope();
        TensorSet[] examples =
        [
            .. Enumerable.Range(0, 6).Select(i => new TensorSet(Formula.Input($"values {i}", [1 + i % 3, 2], -1, 1)).WithPadding(-1)
                .With(TensorNames.Context, Formula.Input($"context {i}", [1 + i * 5 % 4, 3], -1, 1), padding: 7).With("speaker", tensor(i))),
        ];
        using var store = new FeatureStore(stage: 2, count: 6);
        foreach (var positions in new int[][] { [4, 0], [5, 1, 2], [3] })
        {
            store.Inputs.TryAdd(positions, Collation.Stack([.. positions.Select(i => examples[i])])).Should().BeTrue();
            store.Targets.TryAdd(positions, tensor(positions)).Should().BeTrue();
        }

        foreach (var asked in new int[][] { [0, 1, 2, 3, 4, 5], [5, 5], [3, 0], [2, 4, 1] })
        {
            using var batch = store.Gather(asked);
            var expected = Collation.Stack([.. asked.Select(i => examples[i])]);
            batch.Input.Names.Should().BeEquivalentTo(expected.Names);
            foreach (var name in expected.Names) batch.Input[name].Should().BeIdenticalTo(expected[name], name);
            batch.Target.Values.Should().BeIdenticalTo(tensor(asked));
        }
        (store.Stage, store.Bytes).Should().Be(
            (2, examples.Sum(example => example.Values.numel() + example[TensorNames.Context].numel()) * 4 + 2 * 6 * 4));
    }
}
