using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TransferLearning.Extensions.Hosting;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>Two hundred swaps of a model under load, and a thousand loads and disposals: errors, and memory.</summary>
internal static class Swaps
{
    private const int Count = 200, Loads = 1000, Clients = 16;

    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            Swap(folder).GetAwaiter().GetResult();
            Load(Path.Combine(folder, "0"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Swap(string folder)
    {
        using (var backbone = VisionBackbones.Load("efficientnet_lite0"))
            for (var version = 0; version < 2; version++)
            {
                using var model = backbone.WithHead(new LinearHead([$"{version}, a", $"{version}, b"]));
                model.Save(Path.Combine(folder, $"{version}"));
            }
        var path = Path.Combine(folder, "model.safetensors");
        File.Copy(Path.Combine(folder, "0"), path);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddImageClassifier(path, new() { SettleTime = TimeSpan.FromMilliseconds(5) });
        using var host = builder.Build();
        await host.StartAsync();
        var classifier = host.Services.GetRequiredService<IImageClassifier>();

        using var end = new CancellationTokenSource();
        var (answers, errors) = (0, 0);
        var image = new RgbImage(256, 256, new byte[256 * 256 * 3]);
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
                try
                {
                    await classifier.PredictAsync(image);
                    Interlocked.Increment(ref answers);
                }
                catch (Exception error)
                {
                    Interlocked.Increment(ref errors);
                    Console.WriteLine(error);
                }
        })).ToArray();
        for (var swap = 1; swap <= Count; swap++)
        {
            var next = Path.Combine(folder, "next");
            File.Copy(Path.Combine(folder, $"{swap % 2}"), next);
            File.Move(next, path, overwrite: true);
            while (!classifier.Labels[0].StartsWith($"{swap % 2}", StringComparison.Ordinal)) await Task.Delay(2);
            if (swap is 20 or 100 or Count)
                Console.WriteLine($"after {swap} swaps: {answers} answers, {errors} errors, {Memory() >> 20} MiB");
        }
        await end.CancelAsync();
        await Task.WhenAll(clients);
        await host.StopAsync();
    }

    private static void Load(string path)
    {
        for (var load = 1; load <= Loads; load++)
        {
            ImageClassifier.Load(path).Dispose();
            if (load is 100 or 500 or Loads) Console.WriteLine($"after {load} loads and disposals: {Memory() >> 20} MiB");
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
