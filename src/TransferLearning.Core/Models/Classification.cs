namespace TransferLearning;

/// <summary>What a classifier says of one example.</summary>
/// <param name="Predictions">Every class with its probability, the likeliest first; of equals the first label.</param>
public sealed record Classification(IReadOnlyList<Prediction> Predictions)
{
    /// <summary>The likeliest class.</summary>
    public Prediction Best => Predictions[0];
}
