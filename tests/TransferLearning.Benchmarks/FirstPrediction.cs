using System.Diagnostics;
using TransferLearning.Vision;

namespace TransferLearning.Benchmarks;

/// <summary>From the start of a process to the end of its first prediction with a saved EfficientNet-Lite0.</summary>
internal static class FirstPrediction
{
    public static int Run(string[] arguments)
    {
        if (arguments is [var saved]) return Predict(saved);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.safetensors");
        try
        {
            using (var backbone = VisionBackbones.Load("efficientnet_lite0"))
            using (var model = backbone.WithHead(new LinearHead(["a", "b"])))
                model.Save(path);
            Times.InTurns(7, ("start to first prediction", () => UntilAnswer(path)));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double UntilAnswer(string model)
    {
        var clock = Stopwatch.StartNew();
        using var child = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [.. PeerProcess.Host, "start", model]) { RedirectStandardOutput = true })!;
        var answer = child.StandardOutput.ReadLine();
        var seconds = clock.Elapsed.TotalSeconds;
        child.WaitForExit();
        return answer is "a" or "b" ? seconds : throw new InvalidOperationException("The process gave no prediction.");
    }

    private static int Predict(string model)
    {
        using var classifier = ImageClassifier.Load(model);
        Console.WriteLine(classifier.Predict(new RgbImage(500, 375, new byte[500 * 375 * 3])).Best.Label);
        return 0;
    }
}
