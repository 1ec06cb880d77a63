namespace TransferLearning.Vision;

public sealed partial class ImageEncoder
{
    /// <summary>The vector of an image file: <see cref="Size"/> numbers.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    /// <exception cref="ArgumentException">The backbone's weights are broken: they give NaN or infinite values.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    public float[] Embed(string path) => _vectors.Run(path);

    /// <summary>The vector of an encoded image (JPEG, PNG, WebP, GIF, BMP). The stream is read to its end and stays open.</summary>
    /// <inheritdoc cref="Embed(string)"/>
    public float[] Embed(Stream image) => _vectors.Run(image);

    /// <summary>The vector of an encoded image (JPEG, PNG, WebP, GIF, BMP).</summary>
    /// <inheritdoc cref="Embed(string)"/>
    public float[] Embed(ReadOnlySpan<byte> image) => _vectors.Run(image);

    /// <summary>The vector of a decoded image.</summary>
    /// <inheritdoc cref="Embed(string)"/>
    public float[] Embed(RgbImage image) => _vectors.Run(image);

    /// <summary>The vectors of many image files, computed in batches; they come in the order of the paths.</summary>
    /// <param name="paths">The files; read lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <remarks>What is thrown names the image: by its path, or as <c>'image 3'</c>, counted from 0. Vectors of earlier batches have been
    /// given.</remarks>
    /// <inheritdoc cref="Embed(string)"/>
    public IEnumerable<float[]> Embed(IEnumerable<string> paths, CancellationToken cancellationToken = default) =>
        _vectors.Run(paths, cancellationToken);

    /// <summary>The vectors of many encoded images, computed in batches, in their order.</summary>
    /// <param name="images">The images; taken lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <inheritdoc cref="Embed(IEnumerable{string}, CancellationToken)"/>
    public IEnumerable<float[]> Embed(IEnumerable<byte[]> images, CancellationToken cancellationToken = default) =>
        _vectors.Run(images, cancellationToken);

    /// <summary>The vectors of many encoded images, computed in batches, in their order. The streams are read one after the other and stay
    /// open.</summary>
    /// <inheritdoc cref="Embed(IEnumerable{byte[]}, CancellationToken)"/>
    public IEnumerable<float[]> Embed(IEnumerable<Stream> images, CancellationToken cancellationToken = default) =>
        _vectors.Run(images, cancellationToken);

    /// <summary>The vectors of many decoded images, computed in batches, in their order.</summary>
    /// <inheritdoc cref="Embed(IEnumerable{byte[]}, CancellationToken)"/>
    public IEnumerable<float[]> Embed(IEnumerable<RgbImage> images, CancellationToken cancellationToken = default) =>
        _vectors.Run(images, cancellationToken);

    /// <summary>The vector of an image file, which is read without holding a thread; the rest is computed on the pool's threads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading; a computation that has begun is finished.</param>
    /// <inheritdoc cref="Embed(string)"/>
    public Task<float[]> EmbedAsync(string path, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(path, cancellationToken);

    /// <summary>
    /// The vector of an encoded image of a stream, such as the body of a request, which is read asynchronously to its end and stays open;
    /// the rest
    /// is computed on the pool's threads.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the reading; a computation that has begun is finished.</param>
    /// <inheritdoc cref="Embed(string)"/>
    public Task<float[]> EmbedAsync(Stream image, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(image, cancellationToken);

    /// <summary>The vector of an encoded image, computed on the pool's threads.</summary>
    /// <param name="image">The image; not to be changed before the task has ended.</param>
    /// <param name="cancellationToken">Ends the work where it has not begun.</param>
    /// <inheritdoc cref="Embed(string)"/>
    public Task<float[]> EmbedAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(image, cancellationToken);

    /// <summary>The vectors of many image files, computed in batches on the pool's threads; they come in the order of the paths.</summary>
    /// <inheritdoc cref="Embed(IEnumerable{string}, CancellationToken)"/>
    public IAsyncEnumerable<float[]> EmbedAsync(IEnumerable<string> paths, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(paths, cancellationToken);

    /// <summary>The vectors of many encoded images, computed in batches on the pool's threads, in their order.</summary>
    /// <inheritdoc cref="Embed(IEnumerable{byte[]}, CancellationToken)"/>
    public IAsyncEnumerable<float[]> EmbedAsync(IEnumerable<byte[]> images, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(images, cancellationToken);

    /// <summary>The vectors of many encoded images, computed in batches, in their order. The streams are read asynchronously, one after
    /// the other, and stay open.</summary>
    /// <inheritdoc cref="Embed(IEnumerable{byte[]}, CancellationToken)"/>
    public IAsyncEnumerable<float[]> EmbedAsync(IEnumerable<Stream> images, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(images, cancellationToken);

    /// <summary>
    /// The vectors of encoded images as they come, in batches and in their order: the parts of a request, what a channel brings. A stream
    /// is read
    /// asynchronously to its end before the next is asked for, and stays open.
    /// </summary>
    /// <inheritdoc cref="Embed(IEnumerable{byte[]}, CancellationToken)"/>
    public IAsyncEnumerable<float[]> EmbedAsync(IAsyncEnumerable<Stream> images, CancellationToken cancellationToken = default) =>
        _vectors.RunAsync(images, cancellationToken);
}
