namespace TransferLearning;

/// <summary>A weight file does not fit a module. Nothing was loaded: the module is as it was.</summary>
public sealed class WeightMismatchException : Exception
{
    private const int Listed = 5, MaxLine = 300;

    internal WeightMismatchException(LoadReport report, Misfits misfits) : base(Describe(report, misfits)) => Report = report;

    /// <summary>Everything that does and does not fit.</summary>
    public LoadReport Report { get; }

    private static string Describe(LoadReport report, Misfits misfits) => string.Join('\n',
    [
        $"The weights in '{report.Source}' do not fit the module; nothing was loaded.",
        .. List("missing in the file", misfits.Missing, name => name + NearestName.Hint(name, report.Unexpected)),
        .. List("unexpected in the file", misfits.Unexpected, name => name + NearestName.Hint(name, report.Missing)),
        .. List("of another shape or type", misfits.Mismatched, tensor => $"{tensor.Name}: file {tensor.File}, module {tensor.Module}"),
        misfits.HeadOnly
            ? "Only the head differs. To keep the module's own head and load the rest, set Head = HeadPolicy.Skip in WeightLoadOptions."
            : "Check that file and module are of the same architecture; rename with Rules, or allow differences with MayBeMissing and "
            + "MayBeUnexpected in WeightLoadOptions.",
    ]);

    private static IEnumerable<string> List<T>(string what, IReadOnlyList<T> items, Func<T, string> describe)
    {
        if (items.Count > 0) yield return $"{items.Count} {what}:";
        foreach (var item in items.Take(Listed)) yield return "  " + Clip(describe(item));
        if (items.Count > Listed) yield return $"  and {items.Count - Listed} more";
    }

    private static string Clip(string line) => line.Length > MaxLine ? line[..MaxLine] + "..." : line;
}

/// <summary>What of a report the options do not allow.</summary>
internal sealed record Misfits(
    IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<MismatchedTensor> Mismatched, bool HeadOnly)
{
    public bool Any => Missing.Count + Unexpected.Count + Mismatched.Count > 0;
}
