using Microsoft.Extensions.AI;
using TransferLearning.Text;

namespace TransferLearning.Extensions.AI;

/// <summary>
/// A <see cref="SentenceEncoder"/> as an embedding generator of Microsoft.Extensions.AI: for vector stores, semantic search and
/// middleware. Thread-safe.
/// </summary>
/// <param name="encoder">The encoder; the generator owns it from now on.</param>
public sealed class SentenceEmbeddingGenerator(SentenceEncoder encoder) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly SentenceEncoder _encoder = encoder ?? throw new ArgumentNullException(nameof(encoder));

    private readonly EmbeddingGeneratorMetadata _metadata =
        new("TransferLearning", defaultModelId: encoder.Id, defaultModelDimensions: encoder.Size);

    /// <summary>Computes the vectors on a thread of the pool; they come in the order of the texts.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">A model or a number of dimensions that the encoder does not have is refused.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">The options ask for another model, or for another number of dimensions; or a text is null.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _encoder.Size)
            throw new ArgumentException($"The encoder '{_encoder.Id}' gives {_encoder.Size} dimensions, not {dimensions}: leave EmbeddingGenerationOptions.Dimensions unset.", nameof(options));
        if (options?.ModelId is { } model && model != _encoder.Id)
            throw new ArgumentException($"The generator is made on '{_encoder.Id}', not on '{model}': leave EmbeddingGenerationOptions.ModelId unset.", nameof(options));

        string[] texts = [.. values];
        return Task.Run(
            () => new GeneratedEmbeddings<Embedding<float>>(_encoder.Encode(texts, cancellationToken)
                .Select(vector => new Embedding<float>(vector) { ModelId = _encoder.Id })),
            cancellationToken);
    }

    /// <summary>Gives the generator itself, its encoder, or its metadata.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(_encoder) ? _encoder
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Disposes the encoder.</summary>
    public void Dispose() => _encoder.Dispose();
}
