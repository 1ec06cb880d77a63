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
}
