using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using TransferLearning.Networks;
using static TorchSharp.torch;

namespace TransferLearning.Vision;

/// <summary>A module that is taken out of an image network, or after which the network ends.</summary>
/// <param name="Module">The module's name in the reference, such as <c>"features.30"</c>.</param>
/// <param name="IsEnd">Whether all that comes after it is taken out, and not the module.</param>
internal sealed record NetworkCut(string Module, bool IsEnd)
{
    private const string Property = "cuts", End = "upTo", Removal = "without";

    /// <summary>The cuts that a backbone's configuration names, in their order.</summary>
    public static IReadOnlyList<NetworkCut> Read(JsonElement? configuration) => configuration is { } json
        ? [.. json.GetProperty(Property).EnumerateArray().SelectMany(cut => cut.EnumerateObject())
            .Select(cut => new NetworkCut(cut.Value.GetString()!, IsEnd: cut.Name == End))]
        : [];

    /// <summary>A configuration with one more cut, as a saved model has it.</summary>
    public JsonElement AddTo(JsonElement? configuration)
    {
        var cuts = Read(configuration).Append(this).Select(cut => new JsonObject { [cut.IsEnd ? End : Removal] = cut.Module });
        return JsonElement.Parse(new JsonObject { [Property] = new JsonArray([.. cuts]) }.ToJsonString());
    }

    /// <summary>Cuts the network.</summary>
    /// <param name="network">The network, which is left as it is where the name is refused, and disposed where the shapes do not fit.</param>
    /// <param name="input">How it wants images: for one of that size the shapes are checked.</param>
    /// <returns>Width of the features.</returns>
    /// <exception cref="ArgumentException">There is no such place to cut, or the shapes do not fit.</exception>
    public int Apply(ImageNetwork network, ImageSpec input)
    {
        // Recorded where a name alone does not tell.
        Lazy<List<string[]>> runs = new(() => Runs(network, input));
        if (!CanApply(network, runs, Module))
        {
            var names = network.named_modules().Select(entry => entry.name).Concat(network.StageEnds.Keys);
            var places = names.Where(name => CanApply(network, runs, name)).ToList();
            throw new ArgumentException(
                $"{network.GetName()} cannot be {(IsEnd ? "cut off after" : "without")} '{Module}'.{NearestName.Hint(Module, places)} "
                + $"It can be with {string.Join(", ", places)}.");
        }
        if (IsEnd) CutAfter(network);
        else Remove(network);
        try
        {
            var width = Check(network, input);
            network.HasClassifier &= !IsEnd && width == network.FeatureSize;
            return width;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>What comes after the module in its own stage, and the stages after that.</summary>
    private void CutAfter(ImageNetwork network)
    {
        var last = Stage(network, Module)!.Value;
        foreach (var group in network.LayerGroups.Skip(last + 1).ToList()) Drop(network, group);
        for (var path = Module; Parent(network, path) is Sequential parent; path = Split(path).Parent)
            for (var i = Index(path) + 1; i < parent.Count; i++)
                TakeOut(network, $"{Split(path).Parent}.{i}");
    }

    private void Remove(ImageNetwork network)
    {
        if (Parent(network, Module) is Sequential) TakeOut(network, Module);
        else Drop(network, network.LayerGroups[Stage(network, Module)!.Value]);
    }

    private static void Drop(ImageNetwork network, LayerGroup group)
    {
        foreach (var prefix in group.Prefixes) TakeOut(network, prefix);
        network.LayerGroups = [.. network.LayerGroups.Where(other => other != group)];
    }

    /// <summary>The classifier stays, as it does where a head takes its place.</summary>
    private static void TakeOut(ImageNetwork network, string path)
    {
        if (path == network.ClassifierName || Find(network, path) is not { } module) return;
        if (Parent(network, path) is Sequential sequence) sequence.Remove(Index(path));
        else Parent(network, path)!.register_module(Split(path).Name, null!);
        module.Dispose();
    }

    /// <summary>Sends one empty image through.</summary>
    private int Check(ImageNetwork network, ImageSpec input)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var isTraining = network.training;
        network.eval();
        var hidden = Image(network, input);
        foreach (var group in network.LayerGroups)
            try
            {
                hidden = group.Forward(hidden);
            }
            catch (ExternalException error)
            {
                throw new ArgumentException(
                    $"The network does not fit together {(IsEnd ? "up to" : "without")} '{Module}': its stage '{group.Name}' "
                    + $"({string.Join(", ", group.Prefixes)}) would get [{string.Join(", ", hidden.Values.shape)}] of an image of "
                    + $"{input.Height} x {input.Width} pixels. {error.Message.Split('\n')[0]}", error);
            }
        network.train(isTraining);
        return (int)network.Pool(hidden).size(1);
    }

    /// <summary>The modules that the operations of each stage run in; what has no module runs in the network itself, the empty name.</summary>
    private static List<string[]> Runs(ImageNetwork network, ImageSpec input)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var isTraining = network.training;
        network.eval();
        var hidden = Image(network, input);
        List<string[]> runs = [];
        foreach (var group in network.LayerGroups)
        {
            using var graph = Graph.Record(network, group.Forward, hidden);
            // How a map lies in memory is no part of what is computed.
            runs.Add([.. graph.Nodes.Where(node => node.Operation.Name is not (nameof(Operations.ChannelsLast) or nameof(Operations.Identity)))
                .Select(node => node.Path)]);
            hidden = group.Forward(hidden);
        }
        network.train(isTraining);
        return runs;
    }

    private static TensorSet Image(ImageNetwork network, ImageSpec input) =>
        new(zeros(1, RgbImage.Channels, input.Height, input.Width, device: network.parameters().First().device));

    /// <summary>
    /// Whether a module of that name is one of a sequence or a whole stage; the end may also be the last named part of a stage. What runs
    /// within a block, or before or after the module in the same stage without a name, cannot be parted from it.
    /// </summary>
    private bool CanApply(ImageNetwork network, Lazy<List<string[]>> runs, string name)
    {
        if (IsEnd && network.StageEnds.ContainsKey(name)) return Stage(network, name) is not null;
        if (name == network.ClassifierName || Find(network, name) is null || Stage(network, name) is not { } stage) return false;
        var prefixes = network.LayerGroups[stage].Prefixes;
        if (!IsEnd)
            return Parent(network, name) is Sequential
                || prefixes is [var only] && only == name && runs.Value[stage].All(path => IsWithin(path, name));
        var end = name;
        while (Parent(network, end) is Sequential) end = Split(end).Parent;
        return (end == prefixes[^1] || prefixes.All(prefix => IsWithin(prefix, end))) && IsWithin(runs.Value[stage][^1], end);
    }

    private static bool IsWithin(string path, string module) =>
        path.StartsWith(module, StringComparison.Ordinal) && (path.Length == module.Length || path[module.Length] == '.');

    /// <summary>
    /// The place of the stage that the module belongs to. What has no weights belongs to what comes before it in its sequence.
    /// </summary>
    private static int? Stage(ImageNetwork network, string name)
    {
        if (network.StageEnds.TryGetValue(name, out var stage))
            return network.LayerGroups.TakeWhile(group => group.Name != stage).Count() is var place && place < network.LayerGroups.Count ? place : null;
        for (var path = name; ; path = Before(path))
        {
            foreach (var (i, group) in network.LayerGroups.Index())
                if (group.Owns(path)) return i;
            if (Parent(network, name) is not Sequential || Index(path) == 0) return null;
        }

        static string Before(string path) => $"{Split(path).Parent}.{Index(path) - 1}";
    }

    private static nn.Module? Parent(ImageNetwork network, string path) => path.Contains('.') ? Find(network, Split(path).Parent) : network;

    private static nn.Module? Find(ImageNetwork network, string path) => path.Length == 0
        ? network
        : path.Split('.').Aggregate<string, nn.Module?>(
            network, (module, part) => module?.named_children().FirstOrDefault(child => child.name == part).module);

    private static int Index(string path) => int.Parse(Split(path).Name, CultureInfo.InvariantCulture);

    private static (string Parent, string Name) Split(string path) =>
        path.LastIndexOf('.') is var dot && dot < 0 ? ("", path) : (path[..dot], path[(dot + 1)..]);
}
