namespace TransferLearning;

/// <summary>How many pairs an epoch of contrastive tuning has, out of all that the examples can form.</summary>
public enum PairSampling
{
    /// <summary>As many of the same class as of different classes: the rarer kind is repeated.</summary>
    Oversampling,

    /// <summary>As many of the same class as of different classes: of the commoner kind some are left out.</summary>
    Undersampling,

    /// <summary>Every pair once.</summary>
    Unique,
}
