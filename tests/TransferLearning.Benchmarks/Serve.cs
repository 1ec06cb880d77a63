using System.Diagnostics;
using TransferLearning.TestKit;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>
/// The sample web service under 64 clients that send photographs, against the same service on ONNX Runtime with the same network.
/// </summary>
internal static class Serve
{
    private const int Clients = 64, Rounds = 3;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(5), Round = TimeSpan.FromSeconds(20);

    public static int Run(string[] arguments)
    {
        if (arguments is ["onnx", var path, var mode]) return OnnxService.Run(path, mode);
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var network = Path.Combine(folder, "efficientnet_lite0.onnx");
            var files = Directory.EnumerateFiles(TestFiles.Data("flowers/val"), "*", SearchOption.AllDirectories);
            byte[][] photographs = [.. files.Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
            WriteNetwork(network, photographs[0]);
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
            var sample = Path.Combine(AppContext.BaseDirectory, "..", "..", "WebService", configuration, "WebService.dll");
            // One at a time is there: an idle one of the others still has threads that wake.
            (string Name, string[] Command)[] services =
            [
                ("the sample", ["exec", sample, "--urls", "http://127.0.0.1:0"]),
                ("ONNX Runtime, one by one", ["exec", typeof(Serve).Assembly.Location, "serve", "onnx", network, "each"]),
                ("ONNX Runtime, in batches", ["exec", typeof(Serve).Assembly.Location, "serve", "onnx", network, "batches"]),
            ];
            foreach (var round in Enumerable.Range(1, Rounds))
                foreach (var (name, command) in services) Measure($"round {round}, {name}", command, folder, photographs);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string name, string[] command, string folder, byte[][] photographs)
    {
        var start = new ProcessStartInfo("dotnet", command) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = Address(process) };
            Load(client, photographs, Warmup);
            var before = Memory(process);
            var (answers, errors, seconds) = Load(client, photographs, Round);
            var rate = FormattableString.Invariant($"{answers / seconds:F1} answers a second");
            Console.WriteLine($"{name}: {rate}, {errors} errors, {before >> 20} MiB before, {Memory(process) >> 20} MiB after");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static (int Answers, int Errors, double Seconds) Load(HttpClient client, byte[][] photographs, TimeSpan duration)
    {
        var (answers, errors, clock) = (0, 0, Stopwatch.StartNew());
        Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            for (var i = number; clock.Elapsed < duration; i += Clients)
            {
                using var response = await client.PostAsync("predict/image", new ByteArrayContent(photographs[i % photographs.Length]));
                await response.Content.ReadAsByteArrayAsync();
                Interlocked.Increment(ref response.IsSuccessStatusCode ? ref answers : ref errors);
            }
        })).GetAwaiter().GetResult();
        return (answers, errors, clock.Elapsed.TotalSeconds);
    }

    private static void WriteNetwork(string path, byte[] photograph)
    {
        using var backbone = VisionBackbones.Load("efficientnet_lite0");
        OnnxEfficientNetLite0.Write(backbone, path);
        var (transform, image) = (new EvaluationTransform((ImageSpec)backbone.Info.Input!), ImageDecoder.Decode(photograph));
        using var values = transform.ToTensor([transform.Apply(image)]);
        using var _ = TorchSharp.torch.no_grad();
        backbone.Module.eval();
        using var logits = backbone.Module.call(values);
        var theirs = OnnxService.Scores(path, transform, image);
        var difference = logits.data<float>().Zip(theirs, (one, other) => Math.Abs(one - other)).Max();
        Console.WriteLine(FormattableString.Invariant($"largest difference of a score between both networks: {difference:E1}"));
    }

    private static Uri Address(Process process)
    {
        const string listening = "Now listening on: ";
        Uri? address = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and var start)
                address = new Uri(line[(start + listening.Length)..]);
            if (!line.Contains("Application started", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return address!;
        }
        throw new InvalidOperationException("The service did not start.");
    }

    private static long Memory(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
