using System.Text.RegularExpressions;

namespace TransferLearning.Weights.Keras;

/// <summary>
/// The files of Keras 3: weights are numbered in <c>vars</c>, under the classes of the layers that lead to them,
/// <c>layers/conv2d_1/vars/0</c>.
/// </summary>
internal static partial class PathLayout
{
    private const string Layers = "layers", Weights = "vars";

    // What Keras before 3 called the layers in its .keras files.
    private const string OldLayers = "_layer_checkpoint_dependencies";

    // What layers that draw numbers keep beside weights.
    private const string Seeds = "seed_generator";

    private static readonly string[] Kernel = ["kernel", "bias"];

    /// <summary>Its layers; null where the file is of another form.</summary>
    public static IReadOnlyList<KerasLayer>? Read(HdfFile file, ModelConfig? config)
    {
        var root = file.HasGroup(Layers) ? Layers : file.HasGroup(OldLayers) ? OldLayers : null;
        if (root is null) return null;
        return [.. file.Paths.Select(path => path.Split('/'))
            .Where(steps => steps.Length > 3 && steps[0] == root && steps[^2] == Weights && !steps.Contains(Seeds))
            .GroupBy(steps => string.Join('/', steps[..^2]))
            .Select(layer => Layer(file, layer.Key, [.. layer.Select(steps => steps[^1]).OrderBy(Number)], config))];
    }

    private static KerasLayer Layer(HdfFile file, string path, string[] numbers, ModelConfig? config)
    {
        var steps = path.Split('/').Select(step => step == OldLayers ? Layers : step).ToArray();
        var about = config?.At(string.Join('/', steps));
        var names = NamesOf(Count().Replace(steps[^1], ""), numbers.Length, about) ?? numbers;
        return new(
            NameOf(steps, file.Text($"{path}/{Weights}", "name"), config), about,
            [.. numbers.Zip(names, (number, name) => (name, file.Array($"{path}/{Weights}/{number}")))]);
    }

    /// <summary>Names as the model says them, or else the file; the classes where neither does.</summary>
    private static string NameOf(string[] steps, string? own, ModelConfig? config)
    {
        var names = Enumerable.Range(0, steps.Length).Where(i => steps[i] != Layers)
            .Select(i => config?.At(string.Join('/', steps[..(i + 1)]))?.Name ?? (i == steps.Length - 1 ? own : null) ?? steps[i]);
        return string.Join('.', names);
    }

    /// <summary>What a layer of that class calls its weights; null where that is not known.</summary>
    private static string[]? NamesOf(string kind, int count, LayerConfig? config)
    {
        string[]? names = kind switch
        {
            "dense" or "conv1d" or "conv2d" or "conv3d" or "conv1d_transpose" or "conv2d_transpose" or "conv3d_transpose" => Kernel,
            "depthwise_conv1d" or "depthwise_conv2d" => ["depthwise_kernel", "bias"],
            "separable_conv1d" or "separable_conv2d" => ["depthwise_kernel", "pointwise_kernel", "bias"],
            "embedding" => ["embeddings"],
            "batch_normalization" => [.. Scaling(config, count > 2), "moving_mean", "moving_variance"],
            "layer_normalization" or "group_normalization" => [.. Scaling(config, true)],
            _ => null,
        };
        var isRight = names is not null && (names.Length == count || names[^1] == "bias" && names.Length == count + 1);
        return isRight ? names![..count] : null;
    }

    private static IEnumerable<string> Scaling(LayerConfig? config, bool otherwise)
    {
        if (config?.HasGamma ?? otherwise) yield return "gamma";
        if (config?.HasBeta ?? otherwise) yield return "beta";
    }

    private static int Number(string name) => int.TryParse(name, out var number) ? number : int.MaxValue;

    [GeneratedRegex(@"_\d+$")]
    private static partial Regex Count();
}
