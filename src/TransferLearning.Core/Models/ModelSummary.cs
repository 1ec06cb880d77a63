using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>What a model is made of: its layer groups and its head with their sizes. Printed, it is a table.</summary>
public sealed record ModelSummary
{
    /// <summary>Id of the backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>Kind of the head.</summary>
    public required string Head { get; init; }

    /// <summary>Names of the outputs in order; empty where they have none.</summary>
    public required IReadOnlyList<string> Labels { get; init => field = NoNulls.Checked(value, nameof(Labels)); }

    /// <summary>The layer groups from the input to the output, and the head.</summary>
    public required IReadOnlyList<LayerSummary> Groups { get; init => field = NoNulls.Checked(value, nameof(Groups)); }

    /// <summary>The run that trained the model last; null where there was none.</summary>
    public TrainingSummary? Training { get; init; }

    /// <summary>Number of weights.</summary>
    public long Weights => Groups.Sum(group => group.Weights);

    /// <summary>
    /// Number of weights that the last run trained, or, before there was one, that a run would train which freezes nothing.
    /// </summary>
    public long Trained => Groups.Sum(group => group.Trained);

    /// <summary>Bytes of weights and buffers.</summary>
    public long Bytes => Groups.Sum(group => group.Bytes);

    /// <summary>The table, the totals, and what is known of the last run.</summary>
    public override string ToString()
    {
        var trained = Training is null ? "trainable" : "trained";
        List<string[]> rows = [["group", "modules", "output", "weights", trained], .. Groups.Select(group => group.Cells)];
        if (Groups.All(group => group.Output is null)) rows = [.. rows.Select(row => (string[])[row[0], row[1], row[3], row[4]])];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder().AppendLine(
            CultureInfo.InvariantCulture, $"{Backbone}, {Head} head{(Labels.Count == 0 ? "" : $" of {Labels.Count} outputs")}");
        foreach (var row in rows)
            text.AppendLine(
                string.Join("  ", row.Select((cell, column) => column < row.Length - 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
        text.AppendLine(CultureInfo.InvariantCulture, $"{Weights:N0} weights, {Trained:N0} {trained}, {Bytes / 1e6:N1} MB");
        return text.Append(Training).ToString().TrimEnd();
    }

    internal static ModelSummary Of(TransferModel model, TensorSet? input) => new()
    {
        Backbone = model.Backbone.Info.Id, Head = model.Replacer.Kind, Labels = model.Labels, Training = model.TrainingSummary,
        Groups = [
            .. Parts(model).Zip(Outputs(model, input), (part, output) => LayerSummary.Of(part.Name, part.Modules, part.Tensors, output, model.TrainingSummary))],
    };

    private static IEnumerable<(string Name, IEnumerable<nn.Module> Modules, IEnumerable<Tensor> Tensors)> Parts(TransferModel model)
    {
        foreach (var group in model.Backbone.LayerGroups)
        {
            var adapters = model.Adapters.SelectMany(adapter => adapter.Layers).Where(layer => group.Owns(layer.Key))
                .Select(layer => layer.Value).ToList();
            var modules = model.Backbone.Module.named_modules().Where(child => group.Owns(child.name)).Select(child => child.module);
            var tensors = LoadPlan.StateOf(model.Backbone.Module).Where(entry => group.Owns(entry.Key)).Select(entry => entry.Value);
            yield return (
                group.Name, modules.Concat(adapters.SelectMany(Inside)), tensors.Concat(adapters.SelectMany(adapter => LoadPlan.StateOf(adapter).Values)));
        }
        yield return ("head", Inside(model.Head), LoadPlan.StateOf(model.Head).Values);
    }

    private static IEnumerable<nn.Module> Inside(nn.Module module) => module.modules().Prepend(module);

    private static IEnumerable<IReadOnlyList<long>?> Outputs(TransferModel model, TensorSet? input)
    {
        if (input is null) return Enumerable.Repeat<IReadOnlyList<long>?>(null, model.PooledStage);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        model.Eval();
        List<IReadOnlyList<long>> shapes = [];
        var hidden = input.To(model.Head.parameters().Concat(model.Backbone.Module.parameters()).FirstOrDefault()?.device ?? CPU);
        for (var stage = 0; stage < model.Backbone.LayerGroups.Count; stage++)
            shapes.Add((hidden = model.RunFrom(hidden, stage, stage + 1)).Values.shape);
        return [.. shapes, model.ForwardFrom(hidden, model.Backbone.LayerGroups.Count).Values.shape];
    }
}

/// <summary>A layer group, or the head.</summary>
/// <param name="Name">Name of the layer group; <c>"head"</c> for the head.</param>
/// <param name="Modules">How many modules of each type do its work; of modules that hold others the innermost alone.</param>
/// <param name="Output">Shape of its output, the examples first; null without an input.</param>
/// <param name="Weights">Number of weights, those of adapters in it too.</param>
/// <param name="Trained">How many of them the last run trained, or a run would train that freezes nothing.</param>
/// <param name="Bytes">Bytes of weights and buffers.</param>
public sealed record LayerSummary(
    string Name, IReadOnlyDictionary<string, int> Modules, IReadOnlyList<long>? Output, long Weights, long Trained, long Bytes)
{
    private const int LongestList = 40;

    internal string[] Cells
    {
        get
        {
            var modules = string.Join(", ", Modules.Select(module => module.Value == 1 ? module.Key : $"{module.Value} {module.Key}"));
            return
            [
                Name, modules.Length <= LongestList
                    ? modules
                    : modules[..(LongestList - 3)] + "...", Output is null
                    ? ""
                    : $"[{string.Join(", ", Output)}]",
                Weights.ToString("N0", CultureInfo.InvariantCulture), Trained.ToString("N0", CultureInfo.InvariantCulture),
            ];
        }
    }

    internal static LayerSummary Of(
        string name, IEnumerable<nn.Module> modules, IEnumerable<Tensor> tensors, IReadOnlyList<long>? output, TrainingSummary? training)
    {
        var innermost = modules.Where(module => !module.children().Any()).ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        var all = tensors.ToList();
        var weights = all.OfType<TorchSharp.Modules.Parameter>().ToList();
        return new(
            name,
            innermost.CountBy(module => module.GetType().Name).OrderByDescending(entry => entry.Value)
                .ThenBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary(), output,
            weights.Sum(weight => weight.numel()), training?.Trained.GetValueOrDefault(name)
                ?? weights.Where(weight => weight.requires_grad).Sum(weight => weight.numel()),
            all.Sum(tensor => tensor.numel() * tensor.element_size()));
    }
}
