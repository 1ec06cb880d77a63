using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>Measures of a classifier over a whole evaluation set.</summary>
public sealed record ClassificationEvaluation : Evaluation
{
    /// <summary>Share of right answers, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>95 % interval of the accuracy (Wilson score, 1927): [low, high].</summary>
    public required IReadOnlyList<double> AccuracyInterval { get; init; }

    /// <summary>Mean of the classes' F1, over classes that occur in the truth or in the answers.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Measures of each class, in the order of the labels.</summary>
    public required IReadOnlyList<ClassMeasures> Classes { get; init; }

    /// <summary>Confusion[i][j] counts the examples of class i that were taken for class j.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override double Score => Accuracy;
}

/// <summary>Measures of one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">Share of right answers among the answers of this class; 0 where it was never answered.</param>
/// <param name="Recall">Share of this class's examples that were found; 0 where it has none.</param>
/// <param name="F1">2 tp / (2 tp + fp + fn); 0 where the class neither occurs nor was answered.</param>
/// <param name="Support">Number of this class's examples.</param>
public sealed record ClassMeasures(string Name, double Precision, double Recall, double F1, int Support);
