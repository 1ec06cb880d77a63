using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>An adapter as peft saves it: a description and a weight file in a folder.</summary>
internal static partial class PeftFolder
{
    private const string WeightFileName = "adapter_model.safetensors";
    private const string Wrapper = "base_model.model.";

    public static void Save(Lora lora, string folder, nn.Module? head, PeftNames names)
    {
        if (lora.Attached.FirstOrDefault(entry => entry.Value.IsGrouped) is { Key: { } grouped })
            throw new NotSupportedException(
                $"'{grouped}' is a convolution in groups, for which peft's matrices have other shapes: exclude it, or save the "
                + "adapter with the model.");
        var modules = lora.Attached.Keys.ToDictionary(name => name, name => names.Backbone + name);
        var heads = Head(head, names);
        List<KeyValuePair<string, Tensor>> tensors = [.. heads.Select(entry => KeyValuePair.Create(Wrapper + entry.Name, entry.Value))];
        foreach (var (name, layer) in lora.Attached)
            foreach (var (matrix, value) in layer.Matrices.ForPeft) tensors.Add(new($"{Wrapper}{modules[name]}.{matrix}", value));
        foreach (var (name, bias) in Biases(lora))
            tensors.Add(
                new(modules.TryGetValue(Parent(name), out var module) ? $"{Wrapper}{module}.base_layer.bias" : $"{Wrapper}{names.Backbone}{name}", bias));

        Directory.CreateDirectory(folder);
        Safetensors.Write(Path.Combine(folder, WeightFileName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var config = PeftConfig.Write(lora.Options, modules, heads.Select(entry => Parent(entry.Name)).Distinct());
        AtomicFile.Write(Path.Combine(folder, PeftConfig.FileName), stream => stream.Write(Encoding.UTF8.GetBytes(config)));
    }

    public static Lora Open(string folder, IPretrainedBackbone backbone, nn.Module? head, PeftNames names)
    {
        var config = PeftConfig.Read(Path.Combine(folder, PeftConfig.FileName));
        using var file = WeightFile.Open(Path.Combine(folder, WeightFileName));
        var ranks = Ranks(file);
        var (modules, prefix) = Match(file.Path, ranks.Keys, backbone);
        var options = config with
        {
            TargetModules = [.. modules.Values],
            RankPattern = ranks.Where(entry => entry.Value != config.Rank).ToDictionary(entry => modules[entry.Key], entry => entry.Value),
            AlphaPattern = modules.Select(module => (Name: module.Value, Alpha: config.AlphaOf(module.Key)))
                .Where(module => module.Alpha != config.Alpha).ToDictionary(module => module.Name, module => module.Alpha),
        };
        var lora = new Lora(backbone, options);
        try
        {
            Load(lora, file, head, names, prefix);
            return lora;
        }
        catch
        {
            lora.Dispose();
            throw;
        }
    }

    private static void Load(Lora lora, WeightFile file, nn.Module? head, PeftNames names, NameRule prefix)
    {
        OrderedDictionary<string, Tensor> targets = [];
        foreach (var (name, layer) in lora.Attached)
            foreach (var (matrix, value) in layer.Matrices.ForPeft) targets[$"{name}.{matrix}"] = value;
        foreach (var (name, bias) in Biases(lora)) targets[name] = bias;
        var heads = Head(head, names);
        // An adapter may have been saved without its head; half a head is refused.
        if (heads.Exists(entry => file.Tensors.ContainsKey(Wrapper + entry.Name)))
            foreach (var (name, value) in heads) targets[name] = value;
        WeightLoader.Load(targets, file, new WeightLoadOptions
        {
            Rules = [new("peft's wrapper", $"^{Regex.Escape(Wrapper)}", ""), new("peft's layer", @"\.base_layer\.", "."), prefix],
            MayBeUnexpected = head is null ? [$@"^{Regex.Escape(Wrapper)}(?!.*\.lora_)"] : [],
        });
    }

    /// <summary>The adapted modules in the file's names, with their ranks.</summary>
    private static Dictionary<string, int> Ranks(WeightFile file)
    {
        Dictionary<string, int> ranks = [];
        foreach (var (name, tensor) in file.Tensors)
            if (MatrixA().Match(name) is { Success: true } match)
                ranks[match.Groups["module"].Value] = tensor.Shape is [> 0 and <= int.MaxValue and var rank, ..]
                    ? (int)rank
                    : throw new WeightFormatException(
                        file.Path, $"holds '{name}' of shape {tensor}, which is no matrix of LoRA. Save the adapter again.");
        return ranks.Count > 0 ? ranks : throw new WeightFormatException(file.Path, "holds no matrices of LoRA. Save the adapter again.");
    }

    /// <summary>The backbone's name of each module, and the rule that makes it of the file's where one of the two has a prefix.</summary>
    private static (IReadOnlyDictionary<string, string> Modules, NameRule Prefix) Match(
        string path, IEnumerable<string> names, IPretrainedBackbone backbone)
    {
        HashSet<string> known = [.. backbone.Module.named_modules().Select(entry => entry.name)];
        var matched = NameMap.Build(names, known, []);
        foreach (var (from, to, _) in matched)
            if (!known.Contains(to))
                throw new ArgumentException(
                    $"'{path}' adapts '{from}', which '{backbone.Info.Id}' has not: open it on the backbone that it was trained "
                    + $"on.{NearestName.Hint(from, known)}");
        var (first, name, _) = matched[0];
        var prefix = first.Length > name.Length
            ? new NameRule("prefix", $"^{Regex.Escape(first[..^name.Length])}", "") : new NameRule("prefix", "^", name[..^first.Length]);
        return (matched.ToDictionary(entry => entry.From, entry => entry.To), prefix);
    }

    private static IEnumerable<(string Name, Tensor Value)> Biases(Lora lora) => lora.Backbone.Module.named_parameters()
        .Where(entry => lora.BackboneParameters.Contains(entry.name)).Select(entry => (entry.name, (Tensor)entry.parameter));

    private static List<(string Name, Tensor Value)> Head(nn.Module? head, PeftNames names) =>
        head is null ? [] : [.. LoadPlan.StateOf(head).Select(entry => (names.OfHead(entry.Key), entry.Value))];

    private static string Parent(string name) => name.LastIndexOf('.') is >= 0 and var dot ? name[..dot] : "";

    [GeneratedRegex(@"^base_model\.model\.(?<module>.+)\.lora_(A\.weight|embedding_A)$", RegexOptions.CultureInvariant)]
    private static partial Regex MatrixA();
}
