namespace TransferLearning.Text;

public sealed partial class TextClassifier
{
    /// <summary>Classifies a text. Of several labels each has a probability of its own: they do not sum to 1.</summary>
    /// <exception cref="NotSupportedException">The model gives values: use <c>Score</c>.</exception>
    /// <exception cref="ArgumentException">The model's weights are broken: they give NaN or infinite values.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    public Classification Predict(string text) => _predictions.Run(text);

    /// <summary>Classifies a pair of texts.</summary>
    /// <inheritdoc cref="Predict(string)"/>
    public Classification PredictPair(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(second);
        return _predictions.Run(first, second);
    }

    /// <summary>Classifies many texts in batches; answers come in the order of the texts.</summary>
    /// <param name="texts">The texts; read lazily, a batch at a time.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or makes a model with broken weights give NaN or infinite values; the message
    /// says which.</exception>
    /// <inheritdoc cref="Predict(string)"/>
    public IEnumerable<Classification> Predict(IEnumerable<string> texts, CancellationToken cancellationToken = default) =>
        _predictions.Run(texts, cancellationToken);

    /// <summary>Classifies a text on a thread of the pool.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the work where it has not begun.</param>
    /// <inheritdoc cref="Predict(string)"/>
    public Task<Classification> PredictAsync(string text, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(text, cancellationToken);

    /// <summary>Classifies many texts in batches on the pool's threads; answers come in the order of the texts.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{string}, CancellationToken)"/>
    public IAsyncEnumerable<Classification> PredictAsync(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _predictions.RunAsync(texts.ToAsyncEnumerable(), cancellationToken);
    }

    /// <summary>Classifies texts as they come, in batches and in their order: the lines of a file, what a channel brings.</summary>
    /// <inheritdoc cref="Predict(IEnumerable{string}, CancellationToken)"/>
    public IAsyncEnumerable<Classification> PredictAsync(IAsyncEnumerable<string> texts, CancellationToken cancellationToken = default) =>
        _predictions.RunAsync(texts, cancellationToken);

    /// <summary>What the head gives for a text: the values of a regression, else the logits, in the order of
    /// <see cref="Labels"/>.</summary>
    /// <exception cref="ArgumentException">The model's weights are broken: they give NaN or infinite values.</exception>
    /// <exception cref="ObjectDisposedException">The classifier is disposed.</exception>
    public float[] Score(string text) => _scores.Run(text);

    /// <summary>What the head gives for a pair of texts, such as how alike they are.</summary>
    /// <inheritdoc cref="Score(string)"/>
    public float[] ScorePair(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(second);
        return _scores.Run(first, second);
    }
}
