namespace TransferLearning;

/// <summary>
/// Which method suits an amount of data, for the layers' recipes: the examples of the rarest class, label or value decide.
/// </summary>
/// <param name="Method">The method; never <see cref="FineTuneMethod.Auto"/>.</param>
/// <param name="Reason">A sentence that says why.</param>
public sealed record MethodChoice(FineTuneMethod Method, string Reason)
{
    /// <summary>Examples of the rarest class; of a label or a value on average.</summary>
    public int Examples { get; init; }

    /// <summary>Chooses.</summary>
    /// <param name="targets">What is to be learnt.</param>
    /// <param name="count">Number of examples.</param>
    /// <param name="wanted">What the caller wants.</param>
    /// <param name="few">Up to that many examples a class are few: <see cref="FineTuneMethod.FewShot"/>; 0: never.</param>
    /// <param name="many">From that many on every layer is trained; fewer: the head alone.</param>
    /// <exception cref="ArgumentException">Few-shot learning is wanted, and the examples have no single classes.</exception>
    public static MethodChoice For(Targets targets, int count, FineTuneMethod wanted, int few, int many)
    {
        var (examples, of) = Rarest(targets, count);
        if (wanted is FineTuneMethod.FewShot && targets is not ClassTargets)
            throw new ArgumentException(
                "Few-shot learning draws pairs of the same class, and these examples have no single classes: take another "
                + "method.", nameof(wanted));
        var method = wanted is not FineTuneMethod.Auto ? wanted
            : examples <= few && targets is ClassTargets ? FineTuneMethod.FewShot
            : examples < many ? FineTuneMethod.Head
            : FineTuneMethod.Full;
        var name = method switch
        {
            FineTuneMethod.FewShot => "Few-shot learning",
            FineTuneMethod.Head => "The head alone",
            FineTuneMethod.Full => "Every layer",
            _ => "The head, then layer after layer",
        };
        var amount = examples == 1 ? "is one example" : FormattableString.Invariant($"are {examples} examples");
        return new(method, $"{name}{(wanted is FineTuneMethod.Auto ? $", since there {amount} {of}" : ", as asked for")}.") { Examples = examples };
    }

    private static (int Examples, string Of) Rarest(Targets targets, int count)
    {
        ArgumentNullException.ThrowIfNull(targets);
        switch (targets)
        {
            case ClassTargets classes:
                var counts = classes.Indices.CountBy(index => index).ToArray();
                var rarest = counts.MinBy(entry => (entry.Value, entry.Key));
                return counts.All(entry => entry.Value == rarest.Value)
                    ? (rarest.Value, "a class")
                    : (rarest.Value, $"of '{targets.Names[rarest.Key]}', the rarest class");
            case LabelTargets: return (count / Math.Max(1, targets.Names.Count), "a label");
            default: return (count / Math.Max(1, targets.Names.Count), "a value");
        }
    }
}
