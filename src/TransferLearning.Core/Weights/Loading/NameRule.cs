using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>
/// Renames tensors of a file to the names of a module. Rules are applied one after the other, each to the result of the one before;
/// a name that the module has already is left as it is.
/// </summary>
/// <param name="Name">Name of the rule in reports, such as <c>"timm to torchvision"</c>.</param>
/// <param name="Pattern">Regular expression (.NET), searched in the tensor's name.</param>
/// <param name="Replacement">What replaces each match; <c>$1</c> is the first group.</param>
public sealed record NameRule(string Name, string Pattern, string Replacement)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What wrappers and old library versions did to names: <c>module.</c> (DataParallel), <c>_orig_mod.</c> (torch.compile),
    /// and <c>LayerNorm.gamma</c>, <c>LayerNorm.beta</c> (TensorFlow). The last two only directly under <c>LayerNorm</c>:
    /// elsewhere a gamma is a parameter of its own.
    /// </summary>
    public static IReadOnlyList<NameRule> Common { get; } =
    [
        new("DataParallel prefix", @"^module\.", ""),
        new("torch.compile prefix", @"(^|\.)_orig_mod\.", "$1"),
        new("TensorFlow LayerNorm", @"(^|\.)LayerNorm\.gamma$", "$1LayerNorm.weight"),
        new("TensorFlow LayerNorm", @"(^|\.)LayerNorm\.beta$", "$1LayerNorm.bias"),
    ];

    internal string Apply(string name) => Regex.Replace(name, Pattern, Replacement, RegexOptions.CultureInvariant, Patience);
}
