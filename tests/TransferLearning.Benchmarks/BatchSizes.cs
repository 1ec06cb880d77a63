using TransferLearning.TestKit;
using TransferLearning.Text;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Benchmarks;

/// <summary>Whether a batch of what waits in a service is faster than one example after the other.</summary>
internal static class BatchSizes
{
    private const int Examples = 64, Rounds = 7;

    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];

    public static int Run()
    {
        using (var backbone = VisionBackbones.Load("efficientnet_lite0"))
        {
            var transform = new EvaluationTransform((ImageSpec)backbone.Info.Input!);
            using var predictor = new Predictor(backbone.WithHead(new LinearHead(["a", "b"])), CPU);
            var random = new Random(0);
            RgbImage[] images = [.. Enumerable.Range(0, Examples).Select(_ =>
            {
                var pixels = new byte[224 * 224 * 3];
                random.NextBytes(pixels);
                return new RgbImage(224, 224, pixels);
            })];
            Measure("EfficientNet-Lite0", images, batch =>
            {
                using var values = transform.ToTensor(batch);
                predictor.Predict(new TensorSet(values));
            });
        }
        var texts = TextFile.Open(Path.Combine(TestFiles.Repository, "samples", "TextClassification", "data", "validation.csv")).Texts;
        using var encoder = TextBackbones.Load("all_minilm_l6_v2");
        using var classifier = new TextClassifier(encoder.WithHead(new LinearHead(["a", "b"])), CPU);
        Measure("MiniLM, definitions", [.. texts.Take(Examples)], batch => _ = classifier.Predict(batch).Last());
        return 0;
    }

    private static void Measure<T>(string name, T[] examples, Action<T[]> predict)
    {
        (string, Action)[] works = [.. Sizes.Select(size => ($"{name}, batches of {size}", (Action)(() =>
        {
            foreach (var batch in examples.Chunk(size)) predict(batch);
        })))];
        foreach (var time in Times.InTurns(Rounds, works))
            Console.WriteLine(
                FormattableString.Invariant($"{time.Name}: {examples.Length / time.Median:F0} examples a second at the median"));
    }
}
