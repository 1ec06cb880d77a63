namespace TransferLearning;

/// <summary>A tensor that was renamed.</summary>
/// <param name="From">Its name in the file.</param>
/// <param name="To">Its name in the module.</param>
/// <param name="Rule">The rules that did it.</param>
public sealed record RenamedTensor(string From, string To, string Rule);

/// <summary>A tensor whose shape, or a type that cannot be converted, differs.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="File">What the file has.</param>
/// <param name="Module">What the module has.</param>
public sealed record MismatchedTensor(string Name, TensorInfo File, TensorInfo Module);

/// <summary>A tensor that was converted to the module's type.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="From">The type's name in the file, such as <c>"F16"</c>.</param>
/// <param name="To">The type's name in the module, such as <c>"F32"</c>.</param>
public sealed record ConvertedTensor(string Name, string From, string To);

/// <summary>What loading a weight file into a module did, or, in a <see cref="WeightMismatchException"/>, why it did nothing.</summary>
/// <param name="Source">The file.</param>
public sealed record LoadReport(string Source)
{
    /// <summary>Names of the module that were loaded; empty where loading failed.</summary>
    public IReadOnlyList<string> Loaded { get; init => field = NoNulls.Checked(value, nameof(Loaded)); } = [];

    /// <summary>Tensors that have another name in the file.</summary>
    public IReadOnlyList<RenamedTensor> Renamed { get; init => field = NoNulls.Checked(value, nameof(Renamed)); } = [];

    /// <summary>Names of the module that the file has not, tolerated or not; without <c>num_batches_tracked</c>.</summary>
    public IReadOnlyList<string> Missing { get; init => field = NoNulls.Checked(value, nameof(Missing)); } = [];

    /// <summary>Names of the file that the module has not, tolerated or not; without <c>num_batches_tracked</c>.</summary>
    public IReadOnlyList<string> Unexpected { get; init => field = NoNulls.Checked(value, nameof(Unexpected)); } = [];

    /// <summary>Tensors whose shapes or types differ.</summary>
    public IReadOnlyList<MismatchedTensor> Mismatched { get; init => field = NoNulls.Checked(value, nameof(Mismatched)); } = [];

    /// <summary>Names of the head that were left as they are because the file's head does not fit.</summary>
    public IReadOnlyList<string> HeadSkipped { get; init => field = NoNulls.Checked(value, nameof(HeadSkipped)); } = [];

    /// <summary>Tensors that were converted to the module's type.</summary>
    public IReadOnlyList<ConvertedTensor> Converted { get; init => field = NoNulls.Checked(value, nameof(Converted)); } = [];

    /// <summary>A readable summary, one line for each kind of result.</summary>
    public override string ToString()
    {
        List<string> lines =
        [
            $"{Loaded.Count} tensors loaded from '{Source}'",
            .. Renamed.GroupBy(tensor => tensor.Rule).Select(
                group => $"  {group.Count()} renamed by {group.Key}: {Few(group.Select(tensor => $"{tensor.From} -> {tensor.To}"))}"),
            .. Converted.GroupBy(tensor => (tensor.From, tensor.To)).Select(
                group => $"  {group.Count()} converted from {group.Key.From} to {group.Key.To}"),
        ];
        Add("head tensors left as they are", HeadSkipped);
        Add("missing in the file", Missing);
        Add("unexpected in the file", Unexpected);
        Add("of another shape or type", [.. Mismatched.Select(tensor => $"{tensor.Name} (file {tensor.File}, module {tensor.Module})")]);
        return string.Join('\n', lines);

        void Add(string what, IReadOnlyList<string> names)
        {
            if (names.Count > 0) lines.Add($"  {names.Count} {what}: {Few(names)}");
        }
    }

    /// <summary>The first few names and how many there are more.</summary>
    private static string Few(IEnumerable<string> names)
    {
        const int Most = 4;
        string[] all = [.. names];
        return string.Join(", ", all.Take(Most)) + (all.Length > Most ? $" and {all.Length - Most} more" : "");
    }
}
