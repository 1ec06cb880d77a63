using System.Diagnostics;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>How fast photographs become tensors.</summary>
internal static class Images
{
    public static int Run()
    {
        var photos = ImageFolder.Open(TestFiles.Data("flowers/val")).WithCache(0);
        var files = photos.Names.Select(File.ReadAllBytes).ToArray();
        var transform = new EvaluationTransform(new ImageSpec());
        var decoded = files.Select(file => ImageDecoder.Decode(file)).ToArray();
        var loader = photos.Prepare(new ImageSpec());
        Rate("decode", () => { foreach (var file in files) ImageDecoder.Decode(file); });
        Rate("resize and crop", () => { foreach (var image in decoded) transform.Apply(image); });
        Rate(
            "read, decode, resize, crop, normalise to a "
            + "batch", () => loader.Load([.. Enumerable.Range(0, photos.Count)], default).Dispose());
        return 0;

        void Rate(string what, Action work)
        {
            var best = double.MaxValue;
            for (var round = 0; round < 5; round++)
            {
                var clock = Stopwatch.StartNew();
                work();
                best = Math.Min(best, clock.Elapsed.TotalSeconds);
            }
            Console.WriteLine(FormattableString.Invariant($"{what}: {photos.Count / best:F0} images/s, one thread, best of 5"));
        }
    }
}
