using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Text.Tests.Data;

public sealed class TextBatchSourceTests
{
    private static readonly TextSpec Spec = new() { Tokenizer = Tokenizer.Open(TestFiles.Golden("text/minilm")), MaxLength = 8 };

    private static readonly TextDataset Texts = TextDataset.From(
        [("one two", "a"), ("a much longer text that has far more words than eight tokens", "b"), ("three words here", "a")]);

    [Fact]
    public void A_batch_is_padded_to_its_longest_text()
    {
        using var batch = Texts.Prepare(Spec).Load([0, 2], default);
        batch.Input.Values.shape.Should().Equal(2, 5);
        batch.Input.Mask!.sum(1).data<long>().Should().Equal(4, 5);
        batch.Input.Values[0, 4].item<long>().Should().Be(Spec.Tokenizer.PaddingId);
        (batch.Input.Find(TensorNames.Segments) is null).Should().BeTrue();
        batch.Target.Values.data<long>().Should().Equal(0, 0);
    }

    [Fact]
    public void Left_padding_puts_the_text_last()
    {
        using var batch = Texts.Prepare(Spec with { PaddingSide = TextSide.Left }).Load([0, 2], default);
        batch.Input.Mask![0].data<bool>().Should().Equal(false, true, true, true, true);
    }

    [Fact]
    public void A_long_text_is_cut_where_the_spec_says()
    {
        var spec = Spec with { TruncationSide = TextSide.Left };
        using var batch = Texts.Prepare(spec).Load([1], default);
        spec.Tokenizer.Decode([.. batch.Input.Values.data<long>().Select(id => (int)id)]).Should().Be("more words than eight tokens");
        TextSpec.Read(spec.ToJson()).TruncationSide.Should().Be(TextSide.Left);
        TextSpec.Read(new() { ["tokenizer"] = spec.ToJson()["tokenizer"]!.DeepClone() }).Should().BeEquivalentTo(
            new { MaxLength = 512, Stride = (int?)null, Pooling = TextPooling.Mean, TruncationSide = TextSide.Right });
    }

    [Fact]
    public void What_is_cut_is_said()
    {
        var source = Texts.Prepare(Spec);
        source.Lengths.Should().Equal(4, 8, 5);
        source.Remarks.Should().ContainSingle().Which.Should().StartWith("1 of 3 texts are longer than 8 tokens: 7 tokens (29.2 % of all)")
            .And.Contain("TextSpec.Stride");
        Texts.Subset([0, 2]).Prepare(Spec).Remarks.Should().BeEmpty();
    }

    [Fact]
    public void A_long_text_is_read_in_windows_where_a_stride_is_given()
    {
        var source = Texts.Prepare(Spec with { Stride = 2 });
        source.Remarks.Should().BeEmpty();
        using var batch = source.Load([0, 1], default);
        batch.Input.Values.shape.Should().Equal(2, 3, 8);
        batch.Input.Mask!.any(2).data<bool>().Should().Equal(true, false, false, true, true, true);
    }

    [Fact]
    public void The_windows_of_a_pair_go_side_by_side()
    {
        var spec = Spec with { MaxLength = 7, Stride = 0 };
        var pairs = TextDataset.FromPairs(
            [("one two three four five six", "seven eight nine ten"), ("one", "two")], Targets.Classes(["a", "b"]));
        using var batch = pairs.Prepare(spec).Load([0], default);
        batch.Input.Values.shape.Should().Equal(1, 3, 7);
        batch.Input.Values[0].data<long>().ToArray().Chunk(7).Select(ids => spec.Tokenizer.Decode([.. ids.Select(id => (int)id)]))
            .Should().Equal("one two seven eight", "three four nine ten", "five six nine ten");
    }

    [Fact]
    public void Windows_are_averaged_and_padding_counts_for_nothing()
    {
        using var backbone = TextBackbones.Load("all_minilm_l6_v2", input: input => input with { MaxLength = 8, Stride = 0 });
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var batch = Texts.Prepare(backbone.Input).Load([0, 1], default);

        var pooled = backbone.Extract(batch.Input);

        var ids = batch.Input.Values;
        var mask = batch.Input.Mask!;
        var windows = Enumerable.Range(0, (int)ids.shape[1]).Where(w => mask[1, w].any().item<bool>())
            .Select(w => backbone.Extract(new TensorSet(ids.select(1, w), mask.select(1, w)))[1]).ToArray();
        (pooled[1] - stack(windows).mean([0])).abs().max().item<float>().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void Pairs_have_segments()
    {
        using var batch = TextDataset.FromPairs([("one", "two three"), ("four", "five")], Targets.Classes(["a", "b"])).Prepare(Spec)
            .Load([0, 1], default);
        batch.Input[TensorNames.Segments].data<long>().Should().Equal(0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0);
    }

    [Theory]
    [InlineData(1, null, "MaxLength is 1, and the special tokens alone are 2*")]
    [InlineData(8, 8, "MaxLength 8 and Stride 8 do not go together*")]
    public void A_length_without_room_is_said_as_it_is(int length, int? stride, string message) =>
        Texts.Invoking(texts => texts.Prepare(Spec with { MaxLength = length, Stride = stride })).Should().Throw<ArgumentException>()
            .WithMessage(message);

    [Fact]
    public void Only_a_text_backbone_is_served()
    {
        var prepare = () => Texts.Prepare(null);
        prepare.Should().Throw<ArgumentException>().WithMessage("*TextSpec*not described*");
    }
}
