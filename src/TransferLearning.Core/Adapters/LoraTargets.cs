using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Which modules of a backbone LoRA changes.</summary>
internal static class LoraTargets
{
    /// <summary>The modules in the backbone's order.</summary>
    /// <exception cref="ArgumentException">An entry of the options names no module, or one that LoRA cannot change; the message says which
    /// and why.</exception>
    public static IReadOnlyList<(string Name, nn.Module<Tensor, Tensor> Module, ILoraForm Form)> Of(
        IPretrainedBackbone backbone, LoraOptions options)
    {
        // A module that is shared has several names.
        (string Name, nn.Module Module)[] modules = [.. backbone.Module.named_modules()
            .Where(entry => backbone.LayerGroups.Any(group => group.Owns(entry.name)))
            .DistinctBy(entry => entry.module, EqualityComparer<nn.Module>.Create(ReferenceEquals, RuntimeHelpers.GetHashCode))];
        List<(string, nn.Module<Tensor, Tensor>, ILoraForm)> targets = [];
        foreach (var (name, module) in modules)
        {
            if (options.ExcludedModules.Any(Fits)) continue;
            var isNamed = options.TargetModules.Any(Fits);
            if (!isNamed && !(options.TargetModules.Contains(LoraOptions.AllLinear) && MayBeLinear(module))) continue;
            var form = LoraForm.Of(module, out var reason);
            if (isNamed && form is null)
                throw new ArgumentException(
                    $"LoRA cannot change '{name}' ({module.GetType().Name}): {reason}. Name other target modules, or exclude "
                    + "it.", nameof(options));
            if (form is not null && (isNamed || form is LinearForm)) targets.Add((name, (nn.Module<Tensor, Tensor>)module, form));

            bool Fits(string ending) => NameEnding.Fits(name, ending);
        }
        Check(
            options.TargetModules.Where(ending => ending != LoraOptions.AllLinear), modules.Select(entry => entry.Name), "target modules");
        string[] names = [.. targets.Select(target => target.Item1)];
        Check([.. options.RankPattern.Keys, .. options.AlphaPattern.Keys], names, "ranks and alphas");
        if (targets.Count > 0) return targets;
        var others = modules.Where(entry => entry.Module.has_parameter("weight")).Take(3).Select(entry => $"'{entry.Name}'");
        throw new ArgumentException(
            $"'{backbone.Info.Id}' has no linear layers that LoRA could change: name target modules, such as "
            + $"{string.Join(", ", others)}.", nameof(options));
    }

    private static bool MayBeLinear(nn.Module module) => module.has_parameter("weight") && module.get_parameter("weight")!.dim() == 2;

    private static void Check(IEnumerable<string> endings, IEnumerable<string> names, string what)
    {
        foreach (var ending in endings)
            if (!names.Any(name => NameEnding.Fits(name, ending)))
            {
                var ends = names.Select(name => name[(name.LastIndexOf('.') + 1)..]).Distinct();
                throw new ArgumentException(
                    $"Among LoRA's {what} is '{ending}', which no module's name ends with.{NearestName.Hint(ending, ends)}");
            }
    }
}
