using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Vision.Tests;

/// <summary>
/// A head for two kinds of clothes, trained on the real network in one run and saved. Tests share it and change nothing of it.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    private static readonly string[] Classes = ["coat", "bag"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public TrainedModel()
    {
        Backbone = VisionBackbones.Load("efficientnet_lite0");
        Model = Backbone.WithHead(new LinearHead(Classes));
        Report = new Trainer(
            new TrainerOptions { Epochs = 3, BatchSize = 4, Optimizer = new AdamW(1e-2), Device = CPU }, new FreezeBackbone())
            .Fit(Model, Images("train", 3), Images("validation", 2));
        Model.Save(Path);
        Files = Images("validation", 4).Names;
    }

    public VisionBackbone Backbone { get; }

    public TransferModel Model { get; }

    public TrainingReport Report { get; }

    /// <summary>The saved model.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "model.safetensors");

    /// <summary>Eight image files that it was not trained on, four of each class.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The first images of each class, which stand in an order of their own: not the alphabet's.</summary>
    public static ImageDataset Images(string part, int perClass)
    {
        var folder = System.IO.Path.Combine(TestFiles.Repository, "samples", "ImageClassification", "data", part);
        return ImageDataset.FromFiles(
            Classes.SelectMany(
                name => Directory.GetFiles(System.IO.Path.Combine(folder, name)).Order(StringComparer.Ordinal).Take(perClass).Select(file => (file, name))),
            Classes);
    }

    /// <summary>
    /// The model's answer to image files as a tensor <c>[N, 2]</c> of the current scope, prepared as <paramref name="spec"/> says.
    /// </summary>
    public Tensor Logits(IReadOnlyList<string> files, InputSpec? spec = null)
    {
        using var _ = no_grad();
        using var batch = ImageDataset.FromFiles(files.Select(file => (file, "bag")), Classes)
            .Prepare(spec ?? Backbone.Info.Input).Load([.. Enumerable.Range(0, files.Count)], default);
        return Model.Forward(batch.Input).Values;
    }

    public void Dispose()
    {
        Model.Dispose();
        Backbone.Dispose();
        _folder.Delete(recursive: true);
    }
}
