namespace TransferLearning;

/// <summary>What happens with something that cannot be used.</summary>
public enum ProblemHandling
{
    /// <summary>An exception names it.</summary>
    Refuse,

    /// <summary>It is left out, and listed with the reason as a <see cref="SkippedItem"/>.</summary>
    Skip,
}
