using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Tensors;

[NoTensorLeaks]
public sealed class CollationTests
{
    [Fact]
    public void Examples_of_one_length_are_stacked_without_a_mask()
    {
        using var scope = NewDisposeScope();
        var batch = Collation.Stack([tensor([1f, 2]), tensor([3f, 4])]);
        batch.Names.Should().Equal("values");
        batch.Values.Should().BeIdenticalTo(tensor([1f, 2, 3, 4], [2, 2]));
    }

    [Fact]
    public void Shorter_ones_are_filled_up_and_masked()
    {
        using var scope = NewDisposeScope();
        var batch = Collation.Stack([arange(6).view(3, 2), arange(2).view(1, 2)]);
        batch.Values.Should().BeIdenticalTo(tensor([0L, 1, 2, 3, 4, 5, 0, 1, 0, 0, 0, 0], [2, 3, 2]));
        batch.Mask!.Should().BeIdenticalTo(tensor([true, true, true, true, false, false], [2, 3]));
    }

    [Fact]
    public void Two_sequences_of_different_lengths_have_each_their_padding_and_mask()
    {
        using var scope = NewDisposeScope();
        static TensorSet Example(long[] source, long[] target) => new TensorSet(tensor(source)).WithPadding(9)
            .With(TensorNames.DecoderIds, tensor(target), padding: -100).With("speaker", tensor((long)source.Length));
        var batch = Collation.Stack([Example([1, 2, 3], [4]), Example([5], [6, 7]), Example([8, 8], [8, 8])]);

        batch.Names.Should().BeEquivalentTo("values", "mask", "decoderIds", "decoderIdsMask", "speaker");
        batch.Values.Should().BeIdenticalTo(tensor([1L, 2, 3, 5, 9, 9, 8, 8, 9], [3, 3]));
        batch.Mask!.sum(1).Should().BeIdenticalTo(tensor([3L, 1, 2]));
        batch[TensorNames.DecoderIds].Should().BeIdenticalTo(tensor([4L, -100, 6, 7, 8, 8], [3, 2]));
        batch["decoderIdsMask"].Should().BeIdenticalTo(tensor([true, false, true, true, true, true], [3, 2]));
        batch["speaker"].Should().BeIdenticalTo(tensor([3L, 1, 2]));
    }

    [Fact]
    public void A_mask_of_an_examples_own_is_kept_where_all_are_of_one_length_and_continued_where_not()
    {
        using var scope = NewDisposeScope();
        var mask = tensor(new[] { false, true });
        Collation.Stack([new(zeros(2), mask), new(ones(2), mask)]).Mask!.Should().BeIdenticalTo(tensor([false, true, false, true], [2, 2]));
        var batch = Collation.Stack([new(zeros(2), mask), new(ones(3), tensor(new[] { true, true, false }))]);
        batch.Names.Should().Equal("values", "mask");
        batch.Mask!.Should().BeIdenticalTo(
            tensor([false, true, false, true, true, false], [2, 3]), "what was padding before stays padding");
    }

    [Fact]
    public void Types_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float16, ScalarType.Byte, ScalarType.Bool, ScalarType.Float64 })
            Collation.Stack([ones(2, type), ones(1, type)]).Values.dtype.Should().Be(type);
    }

    [Fact]
    public void Examples_that_do_not_belong_together_are_named()
    {
        using var scope = NewDisposeScope();
        TensorSet pair = new TensorSet(zeros(2)).With("a", zeros(2));
        Refuses([pair, zeros(2)], "Example 1 of the batch has no tensor 'a'*give every example the same names*");
        Refuses([zeros(2), pair], "Example 1 of the batch has a tensor 'a'*give every example the same names*");
        Refuses([zeros(2, 3), zeros(2, 4)],
            "An example's 'values' is Float32 [2, 4] and another's Float32 [2, 3]: only the first dimension may differ within a batch.");
        Refuses([zeros(2), zeros(2, 3)], "An example's 'values' is Float32 [2, 3] and another's Float32 [2]*");
        Refuses([zeros(2), zeros(3, ScalarType.Int64)], "An example's 'values' is Int64 [3] and another's Float32 [2]*");
    }

    private static void Refuses(TensorSet[] examples, string message) =>
        FluentActions.Invoking(() => Collation.Stack(examples)).Should().Throw<ArgumentException>().WithMessage(message);
}
