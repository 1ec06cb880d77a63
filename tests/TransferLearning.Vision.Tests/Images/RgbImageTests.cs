namespace TransferLearning.Vision.Tests;

public class RgbImageTests
{
    private static readonly RgbImage Image = new(3, 2, [.. Enumerable.Range(0, 18).Select(i => (byte)i)]);

    [Fact]
    public void The_number_of_bytes_must_fit()
    {
        var create = () => new RgbImage(3, 2, new byte[17]);
        create.Should().Throw<ArgumentException>().WithMessage("An image of 3x2 pixels takes 18 bytes*holds 17*");
        ((Func<RgbImage>)(() => new(0, 2, []))).Should().Throw<ArgumentOutOfRangeException>();
        ((Func<RgbImage>)(() => new(int.MaxValue, int.MaxValue, []))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Crop_cuts_a_part_out()
    {
        Image.Crop(1, 1, 2, 1).Pixels.ToArray().Should().Equal(12, 13, 14, 15, 16, 17);
        Image.Crop(0, 0, 3, 2).Should().BeSameAs(Image);
    }

    [Theory]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(0, 0, 4, 1)]
    [InlineData(0, 1, 1, 2)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(int.MaxValue, 0, 2, 1)]
    public void A_crop_must_lie_inside(int left, int top, int width, int height) =>
        Image.Invoking(i => i.Crop(left, top, width, height)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*3x2 pixels*");

    [Fact]
    public void FlipHorizontal_mirrors_and_twice_gives_the_image_back()
    {
        Image.FlipHorizontal().Pixels.ToArray().Should().Equal(6, 7, 8, 3, 4, 5, 0, 1, 2, 15, 16, 17, 12, 13, 14, 9, 10, 11);
        Image.FlipHorizontal().FlipHorizontal().Pixels.ToArray().Should().Equal(Image.Pixels.ToArray());
    }
}
