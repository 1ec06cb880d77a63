namespace TransferLearning.Vision;

public sealed partial class ImageClassifier
{
    /// <summary>What the head gives for an image file: the values of a regression, else the logits, in the order of
    /// <see cref="Labels"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be decoded.</exception>
    /// <exception cref="ArgumentException">The model's weights are broken: they give NaN or infinite values.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    public float[] Score(string path) => _scores.Run(path);

    /// <summary>What the head gives for an encoded image. The stream is read to its end and stays open.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public float[] Score(Stream image) => _scores.Run(image);

    /// <summary>What the head gives for an encoded image.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public float[] Score(ReadOnlySpan<byte> image) => _scores.Run(image);

    /// <summary>What the head gives for a decoded image.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public float[] Score(RgbImage image) => _scores.Run(image);

    /// <summary>What the head gives for an image file; see <see cref="PredictAsync(string, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public Task<float[]> ScoreAsync(string path, CancellationToken cancellationToken = default) =>
        _scores.RunAsync(path, cancellationToken);

    /// <summary>What the head gives for an encoded image; see <see cref="PredictAsync(Stream, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public Task<float[]> ScoreAsync(Stream image, CancellationToken cancellationToken = default) =>
        _scores.RunAsync(image, cancellationToken);

    /// <summary>What the head gives for an encoded image; see
    /// <see cref="PredictAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public Task<float[]> ScoreAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default) =>
        _scores.RunAsync(image, cancellationToken);
}
