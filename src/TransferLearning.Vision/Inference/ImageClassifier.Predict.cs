namespace TransferLearning.Vision;

public sealed partial class ImageClassifier
{
    /// <summary>Classifies an image file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    /// <exception cref="NotSupportedException">The model gives values: use <c>Score</c>.</exception>
    /// <exception cref="ArgumentException">The model's weights are broken: they give NaN or infinite values.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    public Classification Predict(string path) => _predictions.Run(path);

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP). The stream is read to its end and stays open.</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public Classification Predict(Stream image) => _predictions.Run(image);

    /// <summary>Classifies an encoded image (JPEG, PNG, WebP, GIF, BMP).</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public Classification Predict(ReadOnlySpan<byte> image) => _predictions.Run(image);

    /// <summary>Classifies a decoded image.</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public Classification Predict(RgbImage image) => _predictions.Run(image);

    /// <summary>Classifies many image files in batches; answers come in the order of the paths.</summary>
    /// <param name="paths">The files; read lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <remarks>What is thrown names the image: by its path, or as <c>'image 3'</c>, counted from 0. Answers of earlier batches have been
    /// given.</remarks>
    /// <inheritdoc cref="Predict(string)"/>
    public IEnumerable<Classification> Predict(IEnumerable<string> paths, CancellationToken cancellationToken = default) =>
        _predictions.Run(paths, cancellationToken);

    /// <summary>Classifies many encoded images in batches, in their order.</summary>
    /// <param name="images">The images; taken lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <inheritdoc cref="Predict(IEnumerable{string}, CancellationToken)"/>
    public IEnumerable<Classification> Predict(IEnumerable<byte[]> images, CancellationToken cancellationToken = default) =>
        _predictions.Run(images, cancellationToken);

    /// <summary>Classifies many encoded images in batches, in their order. The streams are read one after the other and stay
    /// open.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{byte[]}, CancellationToken)"/>
    public IEnumerable<Classification> Predict(IEnumerable<Stream> images, CancellationToken cancellationToken = default) =>
        _predictions.Run(images, cancellationToken);

    /// <summary>Classifies many decoded images in batches, in their order.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{byte[]}, CancellationToken)"/>
    public IEnumerable<Classification> Predict(IEnumerable<RgbImage> images, CancellationToken cancellationToken = default) =>
        _predictions.Run(images, cancellationToken);

    /// <summary>Classifies an image file, which is read without holding a thread; the rest is computed on the pool's threads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading; a computation that has begun is finished.</param>
    /// <inheritdoc cref="Predict(string)"/>
    public Task<Classification> PredictAsync(string path, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(path, cancellationToken);

    /// <summary>
    /// Classifies an encoded image of a stream, such as the body of a request: it is read asynchronously to its end and stays open; the
    /// rest
    /// is computed on the pool's threads.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the reading; a computation that has begun is finished.</param>
    /// <inheritdoc cref="Predict(string)"/>
    public Task<Classification> PredictAsync(Stream image, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(image, cancellationToken);

    /// <summary>Classifies an encoded image on the pool's threads.</summary>
    /// <param name="image">The image; not to be changed before the task has ended.</param>
    /// <param name="cancellationToken">Ends the work where it has not begun.</param>
    /// <inheritdoc cref="Predict(string)"/>
    public Task<Classification> PredictAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(image, cancellationToken);

    /// <summary>Classifies many image files in batches on the pool's threads; answers come in the order of the paths.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{string}, CancellationToken)"/>
    public IAsyncEnumerable<Classification> PredictAsync(IEnumerable<string> paths, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(paths, cancellationToken);

    /// <summary>Classifies many encoded images in batches on the pool's threads, in their order.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{byte[]}, CancellationToken)"/>
    public IAsyncEnumerable<Classification> PredictAsync(IEnumerable<byte[]> images, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(images, cancellationToken);

    /// <summary>Classifies many encoded images in batches, in their order. The streams are read asynchronously, one after the other, and
    /// stay open.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{byte[]}, CancellationToken)"/>
    public IAsyncEnumerable<Classification> PredictAsync(IEnumerable<Stream> images, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(images, cancellationToken);

    /// <summary>
    /// Classifies encoded images as they come, in batches and in their order: the parts of a request, what a channel brings. A stream is
    /// read
    /// asynchronously to its end before the next is asked for, and stays open.
    /// </summary>
    /// <inheritdoc cref="Predict(IEnumerable{byte[]}, CancellationToken)"/>
    public IAsyncEnumerable<Classification> PredictAsync(IAsyncEnumerable<Stream> images, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(images, cancellationToken);
}
