// snippet: core-alone
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

internal static class CoreAlone
{
    public static TrainingReport Run()
    {
        // snippet: core-alone
        manual_seed(0);
        using var values = randn(400, 8);                                // your tensor, one row per example
        using var sums = values.sum(1);
        int[] labels = [.. sums.data<float>().Select(sum => sum > 0 ? 1 : 0)];
        var data = new TensorDataset(values, labels, ["low", "high"]);
        var (train, validation) = data.Split(0.8, seed: 42);

        var module = nn.Sequential(nn.Linear(8, 32), nn.ReLU());         // your module
        using var backbone = new ModuleBackbone("mine", module, featureSize: 32);
        using var model = backbone.WithHead(new LinearHead(data.ClassNames));

        var options = new TrainerOptions { Epochs = 10, Optimizer = new AdamW(learningRate: 0.01) };
        var report = new Trainer(options, new CosineDecay(warmup: 0.1)).Fit(model, train, validation);
        Console.WriteLine($"accuracy {report.Accuracy:P1}");
        // end-snippet
        return report;
    }
}
