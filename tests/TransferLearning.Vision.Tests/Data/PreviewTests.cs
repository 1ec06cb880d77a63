using TransferLearning.TestKit;

namespace TransferLearning.Vision.Tests;

public class PreviewTests
{
    private static readonly ImageSpec Spec = new() { Width = 6, Height = 5, ResizeSize = 8 };

    private static readonly ImageDataset Images = ImageDataset.FromImages(
        Enumerable.Range(0, 7).Select(i => new RgbImage(12, 9, TestKit.Formula.Image($"preview {i}", 9, 12, 3))));

    [Fact]
    [NoTensorLeaks]
    public void The_images_stand_in_rows_as_the_network_sees_them()
    {
        var preview = Images.Preview(Spec, count: 7, columns: 3);

        (preview.Width, preview.Height).Should().Be((3 * 6 + 2 * 2, 3 * 5 + 2 * 2));
        var transform = new EvaluationTransform(Spec);
        for (var i = 0; i < 7; i++)
            preview.Crop(i % 3 * 8, i / 3 * 7, 6, 5).Pixels.ToArray().Should().Equal(
                transform.Apply(new RgbImage(12, 9, TestKit.Formula.Image($"preview {i}", 9, 12, 3))).Pixels.ToArray());
        preview.Pixel(6, 0).ToArray().Should().Equal(255, 255, 255);
    }

    [Fact]
    public void Images_are_taken_evenly_and_augmented_by_the_epoch()
    {
        var few = Images.Preview(Spec, count: 2);
        few.Crop(8, 0, 6, 5).Pixels.ToArray().Should().Equal(Images.Preview(Spec, 7, 7).Crop(3 * 8, 0, 6, 5).Pixels.ToArray());

        var augmented = Images.WithAugmentation(new RandomResizedCrop());
        augmented.Preview(Spec).Pixels.ToArray().Should().Equal(augmented.Preview(Spec).Pixels.ToArray());
        augmented.Preview(Spec, epoch: new(0, 1)).Pixels.ToArray().Should().NotEqual(augmented.Preview(Spec).Pixels.ToArray());
    }

    [Fact]
    public void A_picture_is_the_same_after_it_was_a_file()
    {
        var preview = Images.Preview(Spec);
        ImageDecoder.Decode(preview.ToPng()).Pixels.ToArray().Should().Equal(preview.Pixels.ToArray());
    }

    [Fact]
    public void Nothing_to_show_is_refused()
    {
        FluentActions.Invoking(() => Images.Preview(Spec, count: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Images.Preview(Spec, columns: -1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Images.Preview(null)).Should().Throw<ArgumentException>().WithMessage("*ImageSpec*");
    }
}
