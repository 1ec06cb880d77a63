namespace TransferLearning.Vision.Tests;

public class ImageCacheTests
{
    private static readonly RgbImage Image = new(2, 2, new byte[12]);
    private int _opened;

    [Fact]
    public void An_image_is_kept_from_the_second_time_on()
    {
        var cache = new ImageCache(count: 2, limit: 100);
        for (var i = 0; i < 5; i++) cache.Get(0, Open).Should().BeSameAs(Image);
        _opened.Should().Be(2);
        cache.Get(1, Open);
        _opened.Should().Be(3);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(23, 6)]
    [InlineData(24, 4)]
    public void What_does_not_fit_is_opened_anew(long limit, int opened)
    {
        var cache = new ImageCache(count: 2, limit);
        for (var epoch = 0; epoch < 4; epoch++)
            for (var i = 0; i < 2; i++) cache.Get(i, Open);
        _opened.Should().Be(opened);
    }

    [Fact]
    public void Many_threads_get_the_image_and_the_limit_holds()
    {
        var cache = new ImageCache(count: 100, limit: 50 * 12);
        Parallel.For(0, 10_000, i => cache.Get(i % 100, Open).Should().BeSameAs(Image));
        var before = _opened;
        for (var i = 0; i < 100; i++) cache.Get(i, Open);
        (_opened - before).Should().BeGreaterThanOrEqualTo(50);
    }

    private RgbImage Open()
    {
        Interlocked.Increment(ref _opened);
        return Image;
    }
}
