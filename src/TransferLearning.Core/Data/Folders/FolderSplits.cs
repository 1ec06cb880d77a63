namespace TransferLearning;

/// <summary>
/// A folder that is split for training and measuring: into sub-folders such as <c>train</c>, <c>val</c> and <c>test</c>, each with the
/// class folders below it, or into files such as <c>train.csv</c> and <c>test.csv</c>.
/// </summary>
/// <param name="Train">The folder or file of the examples to learn from.</param>
/// <param name="Validation">That of those to measure by while training; null where there is none.</param>
/// <param name="Test">That of those to measure by at the end; null where there is none.</param>
public sealed record FolderSplits(string Train, string? Validation, string? Test)
{
    private static readonly string[] Trains = ["train", "training"], Validations = [
        "valid", "val", "validation", "dev"], Tests = ["test", "testing", "eval"];

    /// <summary>What to measure by: the validation's, or else that of the test; null where there is neither.</summary>
    public string? Measured => Validation ?? Test;

    /// <summary>
    /// What a run that learns and measures leaves alone: the test, where there is a validation too, and what else lies beside.
    /// </summary>
    public IReadOnlyList<SkippedItem> Unused { get; init => field = NoNulls.Checked(value, nameof(Unused)); } = [];

    /// <summary>
    /// The splits of a folder; null where it has none. It has some where two or more of its sub-folders have the name of a split, in any
    /// case, or where it has no other; or else where this holds of its files. A folder that holds a single other folder has those of that
    /// one.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Which files may be splits; null (default): none.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">There is no split to learn from, or two of one purpose; the message names them.</exception>
    public static FolderSplits? Find(string folder, FileKind? files = null)
    {
        var listing = DatasetFolder.List(folder);
        if (Among(listing.SubFolders)) return Of(folder, listing.SubFolders, name => name);
        string[] tables = [.. listing.Files.Where(file => files?.HasExtension(file) == true).Select(file => Path.GetFileName(file))];
        if (Among([.. tables.Select(WithoutExtension)])) return Of(folder, tables, WithoutExtension);
        return listing.SubFolders is [var only] && tables.Length == 0 ? Find(Path.Combine(folder, only), files) : null;
    }

    /// <summary>Whether names are those of splits and no classes.</summary>
    internal static bool Among(IReadOnlyList<string> names)
    {
        var splits = names.Count(name => Trains.Concat(Validations).Concat(Tests).Contains(name, StringComparer.OrdinalIgnoreCase));
        return splits >= 2 || splits == 1 && names.Count == 1;
    }

    private static FolderSplits Of(string folder, IReadOnlyList<string> entries, Func<string, string> nameOf)
    {
        var (train, validation, test) = (One(Trains), One(Validations), One(Tests));
        if (train is null)
            throw new ArgumentException(
                $"'{folder}' is split into '{string.Join("', '", entries)}', "
                + $"and none of them is to be learnt from: name one '{Trains[0]}'.",
                nameof(folder));
        SkippedItem[] kept = validation is not null && test is not null
            ? [new(test, "It is kept for a measurement at the end.") { Kind = "test sets" }] : [];
        var others = entries.Select(name => Path.Combine(folder, name)).Except([train, validation, test])
            .Select(path => new SkippedItem(path!, "It has no name of a split.") { Kind = "entries beside the splits" });
        return new FolderSplits(train, validation, test) { Unused = [.. kept, .. others] };

        string? One(string[] names)
        {
            string[] found = [.. entries.Where(name => names.Contains(nameOf(name), StringComparer.OrdinalIgnoreCase))];
            return found.Length < 2 ? found.Select(name => Path.Combine(folder, name)).FirstOrDefault()
                : throw new ArgumentException(
                    $"'{folder}' has '{string.Join("' and '", found)}', which are of one purpose: keep one of them.", nameof(folder));
        }
    }

    private static string WithoutExtension(string entry) => Path.GetFileNameWithoutExtension(entry);
}
