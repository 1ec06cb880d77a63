using Microsoft.Extensions.AI;

namespace TransferLearning.Extensions.AI;

/// <summary>What generators of all encoders have in common: users are counted, options are checked, services are found.</summary>
/// <param name="generator">The generator.</param>
/// <param name="encoder">Its encoder, which is disposed with it.</param>
/// <param name="id">The encoder's name.</param>
/// <param name="size">Numbers in a vector.</param>
internal sealed class EncoderGenerator(object generator, IDisposable encoder, string id, int size) : IDisposable
{
    private readonly SharedResource _users = new(encoder, generator);
    private readonly EmbeddingGeneratorMetadata _metadata = new("TransferLearning", defaultModelId: id, defaultModelDimensions: size);

    /// <summary>The vectors that the encoder computes, on a thread of the pool.</summary>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        EmbeddingGenerationOptions? options, Func<Task<float[][]>> encode, CancellationToken cancellation)
    {
        if (options?.Dimensions is { } dimensions && dimensions != size)
            throw new ArgumentException(
                $"The encoder '{id}' gives {size} dimensions, not {dimensions}: leave EmbeddingGenerationOptions.Dimensions "
                + "unset.", nameof(options));
        if (options?.ModelId is { } model && model != id)
            throw new ArgumentException(
                $"The generator is made on '{id}', not on '{model}': leave EmbeddingGenerationOptions.ModelId unset.", nameof(options));
        using var use = _users.Enter();
        cancellation.ThrowIfCancellationRequested();
        var vectors = await encode().ConfigureAwait(false);
        return new(vectors.Select(vector => new Embedding<float>(vector) { ModelId = id, CreatedAt = DateTimeOffset.UtcNow }));
    }

    /// <summary>The generator itself, its encoder, or its metadata.</summary>
    public object? GetService(Type serviceType, object? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : ((object[])[_metadata, encoder, generator]).FirstOrDefault(serviceType.IsInstanceOfType);
    }

    public void Dispose() => _users.Dispose();
}
