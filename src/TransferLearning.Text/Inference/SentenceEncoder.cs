using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Turns texts into vectors whose angle says how near their meanings are (Reimers and Gurevych, "Sentence-BERT", 2019).
/// Thread-safe: one encoder serves any number of threads.
/// </summary>
/// <remarks>Owns its backbone; dispose it.</remarks>
public sealed class SentenceEncoder : IDisposable
{
    private const int BatchSize = 32;

    private readonly TextBackbone _backbone;
    private readonly TextSpec _spec;
    private readonly Device _device;

    /// <summary>An encoder on a backbone, which it owns from now on, puts into evaluation mode and moves to a device.</summary>
    /// <param name="backbone">A text backbone; its <see cref="TextSpec"/> says how vectors are pooled.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    public SentenceEncoder(TextBackbone backbone, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        (_backbone, _spec, _device) = (backbone, backbone.Input, device ?? TorchRuntime.BestDevice);
        backbone.Module.to(_device);
        backbone.Module.eval();
        OneDnn.TurnOffWhereWrong(backbone.Module);
    }

    /// <summary>Loads a pretrained encoder.</summary>
    /// <param name="name">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, or a repository on the hub: as <see cref="TextBackbones.Load"/> takes it.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">There is no backbone of that name, nor a folder.</exception>
    /// <exception cref="FileNotFoundException">The weights are nowhere, or the folder lacks files; the message lists them.</exception>
    public static SentenceEncoder Load(string name = "all_minilm_l6_v2", Device? device = null) =>
        new(TextBackbones.Load(name), device);

    /// <summary>Numbers D in a vector.</summary>
    public int Size => _backbone.Info.FeatureSize;

    /// <summary>Name of the backbone.</summary>
    public string Id => _backbone.Info.Id;

    /// <summary>The vector of a text: D numbers, of length 1.</summary>
    public float[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode([text])[0];
    }

    /// <summary>The vectors of many texts, in their order. Texts of like length are computed together.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null; the message says which.</exception>
    public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var source = new TextBatchSource([.. texts.Select((text, i) => GivenText.Checked(text, i))], null, new UnlistedTargets(), _spec);
        int[] order = [.. Enumerable.Range(0, texts.Count)];
        Array.Sort([.. source.Lengths.Select(length => -length)], order);

        var vectors = new float[texts.Count][];
        foreach (var indices in order.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            using var input = source.Input(indices);
            var pooled = _backbone.Extract(input.To(_device));
            var values = MemoryMarshal.Cast<byte, float>(nn.functional.normalize(pooled, 2, 1).cpu().contiguous().bytes);
            for (var i = 0; i < indices.Length; i++) vectors[indices[i]] = values.Slice(i * Size, Size).ToArray();
        }
        return vectors;
    }

    /// <summary>How near the meanings of two texts are: the cosine of the angle between their vectors, from -1 to 1.</summary>
    public double Similarity(string first, string second)
    {
        var vectors = Encode([first, second]);
        return vectors[0].Zip(vectors[1], (a, b) => (double)a * b).Sum();
    }

    /// <summary>Disposes the backbone.</summary>
    public void Dispose() => _backbone.Dispose();
}
