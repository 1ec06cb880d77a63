using System.Globalization;

namespace TransferLearning;

/// <summary>What a classifier says of one example.</summary>
/// <param name="Predictions">Every class with its probability, the likeliest first; of equals the first label.</param>
public sealed record Classification(IReadOnlyList<Prediction> Predictions)
{
    private const int Shown = 3;

    /// <summary>Every class with its probability, the likeliest first; of equals the first label.</summary>
    public IReadOnlyList<Prediction> Predictions { get; init => field = NoNulls.Checked(value, nameof(Predictions)); } =
        NoNulls.Checked(Predictions, nameof(Predictions));

    /// <summary>The likeliest class.</summary>
    public Prediction Best => Predictions[0];

    /// <summary>The probability of a class, 0 to 1.</summary>
    /// <exception cref="KeyNotFoundException">There is no such class; the message names the nearest.</exception>
    public double this[string label] => Predictions.FirstOrDefault(prediction => prediction.Label == label)?.Probability
        ?? throw new KeyNotFoundException(
            $"There is no class '{label}'.{NearestName.Hint(label, Predictions.Select(prediction => prediction.Label))}");

    /// <summary>The likeliest classes, at most that many.</summary>
    public IReadOnlyList<Prediction> Top(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return [.. Predictions.Take(count)];
    }

    /// <summary>The likeliest classes in percent: <c>daisy 98.2 %, tulip 1.1 %, rose 0.4 %</c>.</summary>
    public override string ToString() =>
        string.Join(
            ", ", Top(Shown).Select(prediction => string.Create(CultureInfo.InvariantCulture, $"{prediction.Label} {100 * prediction.Probability:F1} %")));
}
