namespace TransferLearning;

/// <summary>What to do with a classifier of the file that does not fit the module's.</summary>
public enum HeadPolicy
{
    /// <summary>Loading fails and says how to go on.</summary>
    Refuse,

    /// <summary>The head of the module keeps its values; everything else must fit.</summary>
    Skip,
}

/// <summary>What may differ between a weight file and a module.</summary>
public sealed record WeightLoadOptions
{
    /// <summary>Renames, applied in order. Default: <see cref="NameRule.Common"/>; to add to it, write <c>[.. NameRule.Common, mine]</c>.</summary>
    public IReadOnlyList<NameRule> Rules { get; init; } = NameRule.Common;

    /// <summary>
    /// Where the module's head is: a tensor belongs to it whose name is one of these or begins with one and a dot,
    /// such as <c>"fc"</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> HeadPrefixes { get; init; } = [];

    /// <summary>What to do where the file's head has another shape, or is absent on one side. Default: <see cref="HeadPolicy.Refuse"/>.</summary>
    public HeadPolicy Head { get; init; } = HeadPolicy.Refuse;

    /// <summary>Names of the module, as regular expressions, that the file need not have. Default: none. <c>num_batches_tracked</c> need never be there.</summary>
    public IReadOnlyList<string> MayBeMissing { get; init; } = [];

    /// <summary>Names of the file, as regular expressions, that the module need not have. Default: none. <c>".*"</c> allows all.</summary>
    public IReadOnlyList<string> MayBeUnexpected { get; init; } = [];

    /// <summary>
    /// Names of the file, as regular expressions, that are passed over and not reported: constants that older versions of a library saved.
    /// Default: none. <c>num_batches_tracked</c> is always one.
    /// </summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>
    /// Whether tensors on the CPU take over the memory that the file is read into, instead of having it copied to theirs: half the time and
    /// memory, for a module that has just been built. Tensors that shared memory with another do so no longer. Default false.
    /// </summary>
    public bool Assign { get; init; }

    /// <summary>Which tensors of the module are to be loaded at all, by name; the others stay as they are, whatever the file has. Default: all.</summary>
    public Func<string, bool> Wanted { get; init; } = static _ => true;
}
