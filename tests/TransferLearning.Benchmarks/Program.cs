using System.Runtime.InteropServices;
using TransferLearning;
using TransferLearning.TestKit;
using TransferLearning.Vision;
using static TorchSharp.torch;

using var backbone = VisionBackbones.Create("efficientnet_lite0");
var load = WeightLoader.Load(backbone.Module, Path.Combine(TestFiles.Repository, "src/TransferLearning.Weights.EfficientNetLite0/weights/efficientnet_lite0/efficientnet_lite0.safetensors"));
Console.WriteLine(load);
foreach (var (name, data) in new[] { ("flowers", TestFiles.Data("flowers")), ("fashion", Path.Combine(TestFiles.Repository, "samples/ImageClassification/data")) })
{
    var train = ImageFolder.Open(Path.Combine(data, "train"));
    var val = ImageFolder.Open(Path.Combine(data, Directory.Exists(Path.Combine(data, "val")) ? "val" : "validation"));
    foreach (var (set, part) in new[] { (train, "train"), (val, "val") })
    {
        backbone.Module.eval();
        using var _ = no_grad();
        var source = set.Prepare(backbone.Info.Input);
        List<float> rows = [];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < source.Count; i += 32)
        {
            using var scope = NewDisposeScope();
            using var batch = source.Load([.. Enumerable.Range(i, Math.Min(32, source.Count - i))], default);
            var f = ((IPretrainedBackbone)backbone).Extract(batch.Input).Pooled;
            rows.AddRange(MemoryMarshal.Cast<byte, float>(f.contiguous().bytes));
        }
        Console.WriteLine($"{name} {part} {source.Count} {clock.Elapsed.TotalSeconds:F1}s");
        Safetensors.Write($"/tmp/features/{name}_{part}.safetensors", [new("x", tensor(rows.ToArray(), [source.Count, 1280])), new("y", tensor(set.Labels.Select(l => (long)l).ToArray()))]);
    }
}
