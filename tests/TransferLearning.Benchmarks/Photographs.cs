using System.Security.Cryptography;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>Decoding, resizing, cropping and normalising photographs, on one thread and on two, against Pillow and torchvision.</summary>
internal static class Photographs
{
    private static readonly ImageSpec Spec = new() { Interpolation = Interpolation.Bilinear };

    public static int Run()
    {
        var folder = TestFiles.Data("flowers/val");
        var photos = ImageFolder.Open(folder).WithCache(0).Prepare(Spec);
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        foreach (var threads in (int[])[1, 2])
        {
            var peers = Enumerable.Range(0, threads).Select(part => PeerProcess.Python("images", folder, $"{part}", $"{threads}"))
                .OfType<PeerProcess>().ToArray();
            (string, Func<double>)[] theirs = peers.Length == 0
                ? []
                : [($"Pillow and torchvision, processes: {threads}", () => Times.Wall(() => Parallel.ForEach(peers, peer => peer.Round())))];
            Times.InTurns(5, [($"library, threads: {threads}", () => Times.Wall(() => Load(photos, threads))), .. theirs]);
            if (threads == 1 && peers is [var alone])
                Console.WriteLine(alone.Result == Pixels(files) ? "the pixels are equal" : "THE PIXELS DIFFER");
            foreach (var peer in peers) peer.Dispose();
        }
        Console.WriteLine($"{files.Length} photographs");
        return 0;
    }

    private static void Load(IBatchSource photos, int threads) => Parallel.For(
        0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
    {
        foreach (var part in Enumerable.Range(0, photos.Count).Where(i => i % threads == thread).Chunk(16))
            photos.Load(part, default).Dispose();
    });

    private static string Pixels(string[] files)
    {
        var transform = new EvaluationTransform(Spec);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(transform.Apply(ImageDecoder.Decode(file, new ImageDecodeOptions { ApplyOrientation = false })).Pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
