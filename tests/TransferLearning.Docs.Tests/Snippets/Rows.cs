// snippet: example-dataset
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TransferLearning;
using static TorchSharp.torch;
// end-snippet

namespace Snippets;

internal static class Rows
{
    // snippet: example-dataset
    /// <summary>Rows of <paramref name="width"/> floats and a class, read from the file as they are needed, on several threads.</summary>
    public static ExampleDataset Open(SafeFileHandle file, int width, params string[] classes)
    {
        var bytes = (width + 1) * sizeof(float);
        return new ExampleDataset((int)(RandomAccess.GetLength(file) / bytes), Read, new UnlistedTargets(classes));

        (TensorSet Input, TensorSet Target) Read(int position)
        {
            var row = new float[width + 1];
            RandomAccess.Read(file, MemoryMarshal.AsBytes(row.AsSpan()), (long)position * bytes);
            return (tensor(row[..width]), tensor((long)row[width]));
        }
    }
    // end-snippet

    public static TrainingReport Train(string path, IPretrainedBackbone backbone)
    {
        // snippet: train-rows
        using var file = File.OpenHandle(path);                    // a million rows, or more than memory holds
        var (train, validation) = Open(file, width: 8, "low", "high").Split(0.9, seed: 42);
        using var model = backbone.WithHead(new LinearHead(train.ClassNames));
        var options = new TrainerOptions { Epochs = 5, BatchSize = 256, LoaderThreads = 4, FeatureCacheBytes = 0 };
        var report = new Trainer(options, new CosineDecay()).Fit(model, train, validation);
        // end-snippet
        return report;
    }
}
