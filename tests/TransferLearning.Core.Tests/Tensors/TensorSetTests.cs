using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Tensors;

[NoTensorLeaks]
public sealed class TensorSetTests
{
    [Fact]
    public void Values_and_mask_come_first_and_others_follow_by_name()
    {
        using var set = new TensorSet(zeros(2, 3), ones(2, 3, ScalarType.Bool)).With(
            TensorNames.DecoderIds, ones([2, 4], ScalarType.Int64));
        set.Names.Should().Equal("values", "mask", "decoderIds");
        set.Count.Should().Be(2);
        set[TensorNames.DecoderIds].shape.Should().Equal(2, 4);
        (set.Find("absent") is null, ReferenceEquals(set.Mask, set["mask"])).Should().Be((true, true));
        set.Invoking(s => s["decoderIDs"])
            .Should().Throw<KeyNotFoundException>().WithMessage("There is no tensor 'decoderIDs' among 'values', 'mask', 'decoderIds'.");
    }

    [Fact]
    public void It_does_not_change()
    {
        using var scope = NewDisposeScope();
        TensorSet set = zeros(2);
        var (added, other) = (set.With("a", ones(2)), ones(2));
        set.Names.Should().Equal("values");
        added.With("a", null).Names.Should().Equal("values");
        added.With("a", other).Names.Should().Equal("values", "a");
        ReferenceEquals(added.With("a", other)["a"], other).Should().BeTrue();
        added.WithValues(other).Names.Should().Equal("values", "a");
        added.With("absent", null).Names.Should().Equal("values", "a");
        added.Map(tensor => tensor + 1)["a"].Should().BeWithin(0, [2, 2]);
    }

    [Fact]
    public void What_is_no_set_is_named()
    {
        using var scope = NewDisposeScope();
        TensorSet set = zeros(2), number = tensor(1f);
        set.Invoking(s => s.With(TensorNames.Values, null)).Should().Throw<ArgumentException>()
            .WithMessage("A set of tensors keeps its values*");
        set.Invoking(s => s.With(" ", zeros(2))).Should().Throw<ArgumentException>();
        set.Invoking(s => s.WithValues(null!)).Should().Throw<ArgumentNullException>();
        number.Invoking(s => s.Count).Should().Throw<InvalidOperationException>().WithMessage("A single number is no set of examples*");
        FluentActions.Invoking(() => new TensorSet(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void On_its_device_it_is_itself()
    {
        using var set = new TensorSet(zeros(2)).With("a", ones(2));
        set.To(CPU).Should().BeSameAs(set);
        using var moved = set.To(META);
        moved.Names.Should().Equal(set.Names);
        moved["a"].device_type.Should().Be(TorchSharp.DeviceType.META);
    }

    [Fact]
    public void Disposing_it_disposes_its_tensors()
    {
        var (values, other) = (zeros(2), zeros(2));
        new TensorSet(values).With("other", other).Dispose();
        (values.IsInvalid, other.IsInvalid).Should().Be((true, true));
    }

    [Theory]
    [InlineData("values", "mask")]
    [InlineData("decoderIds", "decoderIdsMask")]
    public void Masks_have_the_names_of_their_tensors(string name, string mask) => TensorNames.MaskOf(name).Should().Be(mask);
}
