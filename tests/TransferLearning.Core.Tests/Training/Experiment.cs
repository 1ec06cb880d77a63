using System.Runtime.InteropServices;
using TransferLearning.TestKit;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Training;

/// <summary>A small model of four classes with images that it can learn, made anew for a test.</summary>
internal sealed class Experiment : IDisposable
{
    public static readonly string[] Classes = ["a", "b", "c", "d"];

    private readonly Tensor _images;

    public Experiment(int train = 24, int validation = 12, IObjective? objective = null, double dropout = 0, IHeadReplacer? head = null)
    {
        // With more threads they would only wait for each other over tensors so small.
        set_num_threads(1);
        int[] labels = [.. Enumerable.Range(0, train + validation).Select(i => i % 4)];
        _images = Formula.Input("images", [labels.Length, 3, 8, 8], -1, 1);
        for (var i = 0; i < labels.Length; i++)
        {
            using var image = _images[i];
            image.mul_(0.2 + labels[i]);
        }
        Train = new TensorDataset(_images, labels, Classes).Subset([.. Enumerable.Range(0, train)]);
        Validation = new TensorDataset(_images, labels, Classes).Subset([.. Enumerable.Range(train, validation)]);
        Backbone = SmallNetwork.Backbone();
        Model = Backbone.WithHead(head ?? new LinearHead(Classes, dropout, objective));
    }

    public ModuleBackbone Backbone { get; }

    public TransferModel Model { get; }

    public TensorDataset Train { get; }

    public TensorDataset Validation { get; }

    public Tensor Images => _images;

    public ProgressLog Progress { get; } = new();

    /// <summary>Three epochs of SGD in batches of 8, on the CPU.</summary>
    public static TrainerOptions Options { get; } = new() { Epochs = 3, BatchSize = 8, Optimizer = new Sgd(0.05), Device = CPU };

    public TrainingReport Fit(TrainerOptions? options = null, params IFineTuneStrategy[] strategies) =>
        new Trainer(options ?? Options, strategies).Fit(Model, Train, Validation, Progress);

    /// <summary>A copy of every weight and buffer, bit for bit.</summary>
    public Dictionary<string, byte[]> State() => StateOf(Model);

    /// <summary>A copy of every weight and buffer of a model, bit for bit, by their names in a file.</summary>
    public static Dictionary<string, byte[]> StateOf(TransferModel model) =>
        ModelState.Of(model).ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());

    /// <summary>The model's logits of all images, row by row, as they are now.</summary>
    public float[] Logits()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return MemoryMarshal.Cast<byte, float>(Model.Forward(_images).Values.contiguous().bytes).ToArray();
    }

    public void Dispose()
    {
        Model.Dispose();
        Backbone.Dispose();
        _images.Dispose();
    }
}
