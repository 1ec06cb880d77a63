using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>
/// Turns texts into vectors whose angle says how near their meanings are (Reimers and Gurevych, "Sentence-BERT", 2019).
/// Thread-safe: one encoder serves any number of threads.
/// </summary>
/// <remarks>Owns its backbone; dispose it.</remarks>
public sealed class SentenceEncoder : IDisposable
{
    private const string DefaultBackbone = "all_minilm_l6_v2";
    private const int BatchSize = 32;

    private readonly Embedder _embedder;
    private readonly SharedResource _users;
    private readonly TextSpec _spec;

    /// <summary>An encoder on a backbone, which it owns from now on, puts into evaluation mode and moves to a device.</summary>
    /// <param name="backbone">A text backbone; its <see cref="TextSpec"/> says how vectors are pooled.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The backbone reads no texts.</exception>
    public SentenceEncoder(IPretrainedBackbone backbone, Device? device = null)
        : this(TextSpec.Of(backbone), new Embedder(backbone, device)) { }

    /// <summary>An encoder on the backbone of a model, which it owns from now on: on what training has made of it. The head is not
    /// used.</summary>
    /// <param name="model">A model whose backbone reads texts.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <exception cref="ArgumentException">The model's backbone reads no texts.</exception>
    public SentenceEncoder(TransferModel model, Device? device = null) : this(TextSpec.Of(model), new Embedder(model, device)) { }

    private SentenceEncoder(TextSpec spec, Embedder embedder) =>
        (_spec, _embedder, _users) = (spec, embedder, new SharedResource(embedder, this));

    /// <summary>Loads a pretrained encoder.</summary>
    /// <param name="name">One of <see cref="TextBackbones.Names"/>, a folder or weight file on this machine, a model that
    /// <see cref="TransferModel.Save"/> wrote, or a repository on the hub.</param>
    /// <param name="device">Where to compute; null (default): the first CUDA device where there is one, else the CPU.</param>
    /// <param name="progress">Told how far a download is, on a thread of the pool; null (default): nobody.</param>
    /// <param name="cancellationToken">Ends a download, which goes on where it was the next time.</param>
    /// <exception cref="ArgumentException">There is no backbone of that name, nor a folder.</exception>
    /// <exception cref="FileNotFoundException">The weights are nowhere, or the folder lacks files; the message lists them.</exception>
    public static SentenceEncoder Load(
        string name = DefaultBackbone, Device? device = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        File.Exists(name) && ModelArtefact.IsModel(name)
            ? new(TextBackbones.OpenModel(name, progress: progress, cancellationToken: cancellationToken), device)
            : new(TextBackbones.Load(name, progress: progress, cancellationToken: cancellationToken), device);

    /// <summary>Loads a pretrained encoder on a thread of its own.</summary>
    /// <inheritdoc cref="Load"/>
    public static Task<SentenceEncoder> LoadAsync(
        string name = DefaultBackbone, Device? device = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        OwnThread.RunAsync(() => Load(name, device, progress, cancellationToken), cancellationToken);

    /// <summary>Numbers D in a vector.</summary>
    public int Size => _embedder.Info.FeatureSize;

    /// <summary>Name of the backbone.</summary>
    public string Id => _embedder.Info.Id;

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
        using var use = _users.Enter();
        var source = new TextBatchSource([.. texts.Select((text, i) => GivenText.Checked(text, i))], null, new UnlistedTargets(), _spec);
        int[] order = [.. Enumerable.Range(0, texts.Count)];
        Array.Sort([.. source.Lengths.Select(length => -length)], order);

        var vectors = new float[texts.Count][];
        foreach (var indices in order.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var input = source.Input(indices);
            var batch = _embedder.Embed(input, normalize: true, i => TextDataset.Describe(texts[indices[i]], indices[i]));
            foreach (var (i, vector) in batch.Index()) vectors[indices[i]] = vector;
        }
        return vectors;
    }

    /// <summary>The vectors of many texts, in their order, computed on a thread of the pool.</summary>
    /// <inheritdoc cref="Encode(IReadOnlyList{string}, CancellationToken)"/>
    public Task<float[][]> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        Task.Run(() => Encode(texts, cancellationToken), cancellationToken);

    /// <summary>How near the meanings of two texts are: the cosine of the angle between their vectors, from -1 to 1.</summary>
    public double Similarity(string first, string second)
    {
        var vectors = Encode([first, second]);
        return Embedder.Cosine(vectors[0], vectors[1]);
    }

    /// <summary>Disposes the backbone, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _users.Dispose();
}
