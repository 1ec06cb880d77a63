using Microsoft.Extensions.AI;
using TransferLearning.Text;

namespace TransferLearning.Extensions.AI;

/// <summary>
/// A <see cref="SentenceEncoder"/> as an embedding generator of Microsoft.Extensions.AI: for vector stores, semantic search and
/// middleware. Thread-safe.
/// </summary>
public sealed class SentenceEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly SentenceEncoder _encoder;
    private readonly EncoderGenerator _generator;

    /// <param name="encoder">The encoder; the generator owns it from now on.</param>
    public SentenceEmbeddingGenerator(SentenceEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_encoder, _generator) = (encoder, new EncoderGenerator(this, encoder, encoder.Id, encoder.Size));
    }

    /// <summary>Computes the vectors on a thread of the pool; they come in the order of the texts.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">A model or a number of dimensions that the encoder does not have is refused.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">The options ask for another model, or for another number of dimensions; or a text is
    /// null.</exception>
    /// <exception cref="ObjectDisposedException">The generator is disposed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        return _generator.GenerateAsync(options, () => _encoder.EncodeAsync(texts, cancellationToken), cancellationToken);
    }

    /// <summary>Gives the generator itself, its encoder, or its metadata.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null) => _generator.GetService(serviceType, serviceKey);

    /// <summary>Disposes the encoder, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _generator.Dispose();
}
