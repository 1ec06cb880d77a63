namespace TransferLearning;

/// <summary>The objective that targets of each kind are usually learnt by.</summary>
public static class DefaultObjective
{
    /// <summary>
    /// Cross-entropy for classes, <see cref="MultiLabel"/> for labels, <see cref="Regression"/> for values and for the input itself,
    /// <see cref="Ctc"/> for sequences.
    /// </summary>
    /// <exception cref="ArgumentException">The targets are not listed, so that the objective has to be given.</exception>
    public static IObjective For(Targets targets) => targets switch
    {
        null => throw new ArgumentNullException(nameof(targets)),
        ClassTargets or ProbabilityTargets or TagTargets => new CrossEntropy(),
        LabelTargets => new MultiLabel(),
        ValueTargets or InputTargets => new Regression(),
        SequenceTargets => new Ctc(),
        _ => throw new ArgumentException("The targets are not known before they are loaded: give the head its objective.", nameof(targets)),
    };
}
