namespace TransferLearning;

/// <summary>A head of this library whose outputs have names.</summary>
public abstract class LabelledHead
{
    private protected LabelledHead(IReadOnlyList<string> labels, IObjective? objective)
    {
        Objective = objective ?? new CrossEntropy();
        Labels = OutputNames.Check(labels, Objective);
        Metrics = Objective.Metrics;
    }

    /// <summary>Names of the outputs in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What is minimised, and how outputs become answers.</summary>
    public IObjective Objective { get; }

    /// <summary>What outputs are measured by, the most telling metric first. Default: the objective's.</summary>
    public IReadOnlyList<IMetric> Metrics { get; init => field = [.. value ?? throw new ArgumentNullException(nameof(value))]; }

    /// <summary>Number of weights on that many features, or fewer: what a file must hold at least.</summary>
    internal virtual double Weights(int features) => (double)features * Labels.Count;
}
