using System.Diagnostics;
using TransferLearning.Vision;
using static TorchSharp.torch;

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
            Times.InTurns(7, ("a process with one prediction", () =>
            {
                using var child = Process.Start(Environment.ProcessPath!, [.. PeerProcess.Host, "start", path]);
                child.WaitForExit();
                if (child.ExitCode != 0) throw new InvalidOperationException("The process failed.");
            }));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static int Predict(string model)
    {
        using var classifier = ImageClassifier.Load(model, CPU);
        _ = classifier.Predict(new RgbImage(500, 375, new byte[500 * 375 * 3])).Best;
        return 0;
    }
}
