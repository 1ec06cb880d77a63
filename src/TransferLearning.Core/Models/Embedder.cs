using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Turns examples into vectors: what a backbone's layers make of them, pooled. Thread-safe: one embedder serves any number of
/// threads.</summary>
/// <remarks>Owns its backbone or model: dispose the embedder, not them.</remarks>
public sealed class Embedder : IDisposable
{
    private readonly IPretrainedBackbone _backbone;
    private readonly Device _device;
    private readonly SharedResource _shared;
    private readonly OneDnn _oneDnn;

    /// <summary>Takes a backbone, puts it into evaluation mode and moves it to a device.</summary>
    /// <param name="backbone">The backbone; the embedder owns it from now on.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    public Embedder(IPretrainedBackbone backbone, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        (_backbone, _device, _shared) = (backbone, device ?? TorchRuntime.BestDevice, new SharedResource(backbone, this));
        backbone.Module.to(_device);
        backbone.Module.eval();
        _oneDnn = new OneDnn(backbone.Module);
    }

    /// <summary>Takes a model, of which the backbone and the adapters are used: the head is not.</summary>
    /// <param name="model">The model; the embedder owns it from now on.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    public Embedder(TransferModel model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_backbone, _device, _shared) = (model.Backbone, device ?? TorchRuntime.BestDevice, new SharedResource(model, this));
        model.To(_device);
        model.Eval();
        _oneDnn = new OneDnn([.. model.Modules]);
    }

    /// <summary>What the backbone is, and how it wants its input.</summary>
    public BackboneInfo Info => _backbone.Info;

    /// <summary>The vector of each example of a batch: <see cref="BackboneInfo.FeatureSize"/> numbers.</summary>
    /// <param name="input">N examples, prepared as the backbone wants them, on any device; not disposed.</param>
    /// <param name="normalize">Whether vectors are scaled to length 1, so that their dot product is their cosine.</param>
    /// <param name="describe">What an example is called in messages, by its position in the batch; null (default): "Example 3 of the
    /// batch".</param>
    /// <exception cref="ArgumentException">An example holds NaN or infinite values, or its vector does.</exception>
    /// <exception cref="InvalidOperationException">A run on another thread trains the backbone.</exception>
    /// <exception cref="ObjectDisposedException">The embedder is disposed.</exception>
    /// <exception cref="ExternalException">Torch refuses an operation; the message is torch's.</exception>
    public IReadOnlyList<float[]> Embed(TensorSet input, bool normalize, Func<int, string>? describe = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var use = _shared.Enter();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        NonFinite.Refuse(input, describe);
        using var computing = BackboneUse.Of(_backbone).Predict();
        using var off = _oneDnn.Use();
        var pooled = _backbone.Extract(input.To(_device));
        var vectors = OutputRows.Of(normalize ? nn.functional.normalize(pooled, 2, 1) : pooled, Info.FeatureSize);
        foreach (var (i, vector) in vectors.Index())
            if (!vector.All(float.IsFinite)) throw NonFinite.Explain(input, i, describe);
        return vectors;
    }

    /// <summary>How near two vectors are: the cosine of the angle between them, from -1 to 1; 0 where one is zero.</summary>
    /// <exception cref="ArgumentException">They have not the same length.</exception>
    public static double Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException(
                $"The vectors have {first.Length} and {second.Length} numbers: compare those of one encoder.", nameof(second));
        var (product, one, other) = (0.0, 0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
        {
            var (a, b) = ((double)first[i], (double)second[i]);
            (product, one, other) = (product + a * b, one + a * a, other + b * b);
        }
        return one == 0 || other == 0 ? 0 : product / Math.Sqrt(one * other);
    }

    /// <summary>Disposes the backbone or model, after the last use in flight; later ones get an
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _shared.Dispose();
}
