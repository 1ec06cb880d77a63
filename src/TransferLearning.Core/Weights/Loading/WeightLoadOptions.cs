namespace TransferLearning;

/// <summary>What to do with a classifier of the file that does not fit the module's.</summary>
public enum HeadPolicy
{
    /// <summary>Loading fails and says how to go on.</summary>
    Refuse,

    /// <summary>The head of the module keeps its values; everything else must fit.</summary>
    Skip,
}

/// <summary>
/// Whose memory the values of a module on the CPU lie in after loading. With all but <see cref="Module"/> its tensors share memory no
/// longer with those that were views of them before.
/// </summary>
public enum WeightMemory
{
    /// <summary>The module's own: the values are copied to it.</summary>
    Module,

    /// <summary>That which the file was read into: half the time and memory, for a module that has just been built.</summary>
    Read,

    /// <summary>
    /// The file's pages, of a safetensors file whose types are the module's: they are read when they are first used and shared with other
    /// processes. For prediction; training copies each page that it changes, and the file stays as it is. Replace such a file only as a
    /// whole, by a new one under its name, as this library does: writing into it changes the model, and shortening it ends the process.
    /// On Windows, where a mapped file cannot be replaced at all, and elsewhere as <see cref="Read"/>.
    /// </summary>
    Mapped,
}

/// <summary>What may differ between a weight file and a module.</summary>
public sealed record WeightLoadOptions
{
    /// <summary>
    /// Renames, applied in order. Default: <see cref="NameRule.Common"/>; to add to it, write <c>[.. NameRule.Common, mine]</c>.
    /// </summary>
    public IReadOnlyList<NameRule> Rules { get; init => field = NoNulls.Checked(value, nameof(Rules)); } = NameRule.Common;

    /// <summary>What another library calls the module's tensors; a file with its names is read too. Default: nothing.</summary>
    public OtherNames? OtherNames { get; init; }

    /// <summary>
    /// Where the module's head is: a tensor belongs to it whose name is one of these or begins with one and a dot,
    /// such as <c>"fc"</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> HeadPrefixes { get; init => field = NoNulls.Checked(value, nameof(HeadPrefixes)); } = [];

    /// <summary>
    /// What to do where the file's head has another shape, or is absent on one side. Default: <see cref="HeadPolicy.Refuse"/>.
    /// </summary>
    public HeadPolicy Head { get; init; } = HeadPolicy.Refuse;

    /// <summary>
    /// Names of the module, as regular expressions, that the file need not have. Default: none. <c>num_batches_tracked</c> need never be
    /// there.
    /// </summary>
    public IReadOnlyList<string> MayBeMissing { get; init => field = NoNulls.Checked(value, nameof(MayBeMissing)); } = [];

    /// <summary>Names of the file, as regular expressions, that the module need not have. Default: none. <c>".*"</c> allows all.</summary>
    public IReadOnlyList<string> MayBeUnexpected { get; init => field = NoNulls.Checked(value, nameof(MayBeUnexpected)); } = [];

    /// <summary>
    /// Names of the file, as regular expressions, that are passed over and not reported: constants that older versions of a library saved.
    /// Default: none. <c>num_batches_tracked</c> is always one.
    /// </summary>
    public IReadOnlyList<string> Ignored { get; init => field = NoNulls.Checked(value, nameof(Ignored)); } = [];

    /// <summary>Whose memory the values lie in afterwards. Default: <see cref="WeightMemory.Module"/>.</summary>
    public WeightMemory Memory { get; init; } = WeightMemory.Module;

    /// <summary>
    /// Which tensors of the module are to be loaded at all, by name; the others stay as they are, whatever the file has. Default: all.
    /// </summary>
    public Func<string, bool> Wanted { get; init => field = value ?? throw new ArgumentNullException(nameof(Wanted)); } = static _ => true;

    /// <summary>
    /// These options for a network that has rules of its own: its head, constants and other names are known beside yours, what either
    /// allows may differ, and its <see cref="Head"/> stands where you refuse, its <see cref="Memory"/> where yours is the module's own.
    /// </summary>
    /// <param name="own">What the network itself needs.</param>
    public WeightLoadOptions With(WeightLoadOptions own)
    {
        ArgumentNullException.ThrowIfNull(own);
        return this with
        {
            HeadPrefixes = [.. own.HeadPrefixes.Union(HeadPrefixes)],
            Head = Head is HeadPolicy.Refuse ? own.Head : Head,
            OtherNames = OtherNames ?? own.OtherNames,
            MayBeMissing = [.. own.MayBeMissing, .. MayBeMissing],
            MayBeUnexpected = [.. own.MayBeUnexpected, .. MayBeUnexpected],
            Ignored = [.. own.Ignored, .. Ignored],
            Memory = Memory is WeightMemory.Module ? own.Memory : Memory,
        };
    }
}
