namespace TransferLearning;

/// <summary>A folder that is split into sub-folders for training and measuring, such as <c>train</c>, <c>val</c> and <c>test</c>, each with the class folders below it.</summary>
/// <param name="Train">The folder of the examples to learn from.</param>
/// <param name="Validation">The folder of those to measure by while training; null where there is none.</param>
/// <param name="Test">The folder of those to measure by at the end; null where there is none.</param>
public sealed record FolderSplits(string Train, string? Validation, string? Test)
{
    private static readonly string[] Trains = ["train", "training"], Validations = ["valid", "val", "validation", "dev"], Tests = ["test", "testing", "eval"];

    /// <summary>The folder to measure by: the validation's, or else that of the test; null where there is neither.</summary>
    public string? Measured => Validation ?? Test;

    /// <summary>
    /// The splits of a folder; null where it has none. It has some where two or more of its sub-folders have the name of a split, in any case, or
    /// where it has no other.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">There is no split to learn from, or two of one purpose; the message names them.</exception>
    public static FolderSplits? Find(string folder)
    {
        var listing = DatasetFolder.List(folder);
        return Among(listing.SubFolders) ? new FolderSplits(
            Of(Trains) ?? throw new ArgumentException($"'{folder}' is split into '{string.Join("', '", listing.SubFolders)}', and none of them is to be learnt from: name one '{Trains[0]}'.", nameof(folder)),
            Of(Validations), Of(Tests)) : null;

        string? Of(string[] names)
        {
            string[] found = [.. listing.SubFolders.Where(name => names.Contains(name, StringComparer.OrdinalIgnoreCase))];
            return found.Length < 2 ? found.Select(name => Path.Combine(folder, name)).FirstOrDefault()
                : throw new ArgumentException($"'{folder}' has '{string.Join("' and '", found)}', which are of one purpose: keep one of them.", nameof(folder));
        }
    }

    /// <summary>Whether sub-folders are splits and no classes.</summary>
    internal static bool Among(IReadOnlyList<string> subFolders)
    {
        var splits = subFolders.Count(name => Trains.Concat(Validations).Concat(Tests).Contains(name, StringComparer.OrdinalIgnoreCase));
        return splits >= 2 || splits == 1 && subFolders.Count == 1;
    }
}
