using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;
using TransferLearning.Vision;

namespace TransferLearning.Extensions.AI;

/// <summary>
/// An <see cref="ImageEncoder"/> as an embedding generator of Microsoft.Extensions.AI: for vector stores and search by an image.
/// Thread-safe.
/// </summary>
public sealed class ImageEmbeddingGenerator : IEmbeddingGenerator<DataContent, Embedding<float>>
{
    private readonly ImageEncoder _encoder;
    private readonly EncoderGenerator _generator;

    /// <param name="encoder">The encoder; the generator owns it from now on.</param>
    public ImageEmbeddingGenerator(ImageEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_encoder, _generator) = (encoder, new EncoderGenerator(this, encoder, encoder.Id, encoder.Size));
    }

    /// <summary>Computes the vectors on threads of the pool; they come in the order of the images.</summary>
    /// <param name="values">Encoded images (JPEG, PNG, WebP, GIF, BMP), with a media type <c>image/...</c>.</param>
    /// <param name="options">A model or a number of dimensions that the encoder does not have is refused.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A content is null or no image by its media type; or the options ask for another model, or for
    /// another number of dimensions.</exception>
    /// <exception cref="ImageFormatException">A content is no image that can be decoded; the message says which.</exception>
    /// <exception cref="ObjectDisposedException">The generator is disposed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<DataContent> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        byte[][] images = [.. values.Select(Encoded)];
        return _generator.GenerateAsync(options, EmbedAsync, cancellationToken);

        Task<float[][]> EmbedAsync() => _encoder.EmbedAsync(images, cancellationToken).ToArrayAsync(cancellationToken).AsTask();
    }

    /// <summary>Gives the generator itself, its encoder, or its metadata.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null) => _generator.GetService(serviceType, serviceKey);

    /// <summary>Disposes the encoder, after the last call in flight; later ones get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _generator.Dispose();

    private static byte[] Encoded(DataContent content, int position)
    {
        if (content is null) throw new ArgumentException($"Content {position} is null.", nameof(content));
        if (!content.HasTopLevelMediaType("image"))
            throw new ArgumentException(
                $"Content {position} is '{content.MediaType}' and no image: give contents with a media type such as "
                + "'image/jpeg'.", nameof(content));
        var isWhole = MemoryMarshal.TryGetArray(content.Data, out var segment) && segment.Count == segment.Array!.Length;
        return isWhole ? segment.Array! : content.Data.ToArray();
    }
}
