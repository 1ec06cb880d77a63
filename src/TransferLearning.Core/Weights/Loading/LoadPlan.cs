using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Compares a file with a module without touching either.</summary>
internal sealed class LoadPlan
{
    private const string Counter = "num_batches_tracked";

    private readonly WeightLoadOptions _options;

    public LoadPlan(OrderedDictionary<string, Tensor> targets, WeightFile file, WeightLoadOptions options)
    {
        _options = options;
        var wanted = targets.Where(target => options.Wanted(target.Key)).ToDictionary();
        var (sources, extra) = Match(file, targets);

        string[] missing = [.. wanted.Keys.Where(name => !sources.ContainsKey(name) && !IsCounter(name))];
        MismatchedTensor[] mismatched = [.. wanted.Where(target => sources.ContainsKey(target.Key))
            .Select(target => new MismatchedTensor(target.Key, file.Tensors[sources[target.Key].From], TensorInfo.Of(target.Value)))
            .Where(pair => !Fits(pair.File, pair.Module, sources[pair.Name].Rule))];

        // A head fits as a whole or not at all: the bias of another classifier is worth nothing without its weight.
        var skipHead = options.Head == HeadPolicy.Skip
            && missing.Concat(extra.Select(name => name.To)).Concat(mismatched.Select(tensor => tensor.Name)).Any(IsHead);
        bool IsKept(string name) => !(skipHead && IsHead(name));

        Fitting = [
            .. wanted.Where(target => sources.ContainsKey(target.Key) && IsKept(target.Key)).Select(target => (sources[target.Key].From, target.Key, target.Value))];
        Report = new LoadReport(file.Path)
        {
            Renamed = [
                .. Fitting.Where(entry => sources[entry.To].Rule is not null).Select(entry => new RenamedTensor(entry.From, entry.To, sources[entry.To].Rule!))],
            Missing = [.. missing.Where(IsKept)],
            Unexpected = [.. extra.Where(name => IsKept(name.To)).Select(name => name.From)],
            Mismatched = [.. mismatched.Where(tensor => IsKept(tensor.Name))],
            HeadSkipped = skipHead ? [.. wanted.Keys.Where(IsHead).Union(extra.Select(name => name.To).Where(IsHead))] : [],
            Converted = [
                .. Fitting.Select(
                    entry => new ConvertedTensor(entry.To, file.Tensors[entry.From].TypeName, TensorInfo.Of(entry.Target).TypeName))
                .Where(entry => entry.From != entry.To)],
        };
        Misfits = Refused(Report, file);
    }

    /// <summary>What can be loaded: name in the file, name in the module, and the tensor there.</summary>
    public IReadOnlyList<(string From, string To, Tensor Target)> Fitting { get; }

    /// <summary>What was found; nothing is loaded yet.</summary>
    public LoadReport Report { get; }

    public Misfits Misfits { get; }

    /// <summary>The file's name of each name of the module, and the file's names that lead nowhere.</summary>
    private (Dictionary<string, (string From, string? Rule)> Sources, List<(string From, string To)> Extra) Match(
        WeightFile file, OrderedDictionary<string, Tensor> targets)
    {
        Dictionary<string, (string From, string? Rule)> sources = [];
        List<(string From, string To)> extra = [];
        foreach (var (from, to, rule) in NameMap.Build(file.Tensors.Keys, targets.Keys.ToHashSet(), _options.Rules, _options.OtherNames))
            if ((!targets.ContainsKey(to) || !sources.TryAdd(to, (from, rule))) && !IsCounter(to) && !Matches(_options.Ignored, from))
                extra.Add((from, to));
        return (sources, extra);
    }

    private Misfits Refused(LoadReport report, WeightFile file)
    {
        string[] missing = [.. report.Missing.Where(name => !Matches(_options.MayBeMissing, name))];
        var isWhole = missing.Length == 0 && report.Mismatched.Count == 0;
        var prefix = StrippedPrefix;
        string[] unexpected = [
            .. report.Unexpected.Where(name => !Matches(_options.MayBeUnexpected, name) && !(isWhole && IsBeside(name)))];
        var headOnly = missing.Concat(unexpected).Concat(report.Mismatched.Select(tensor => tensor.Name)).All(IsHead);
        return new(missing, unexpected, report.Mismatched, headOnly);

        // What a training run keeps beside the model's weights: other models, and counters.
        bool IsBeside(string name) => prefix is not null && !name.StartsWith(prefix, StringComparison.Ordinal)
            || file.Tensors[name] is { Shape: [], Element.IsFloat: false };
    }

    /// <summary>What stands in the file before the name of every tensor of the module; null where nothing does.</summary>
    private string? StrippedPrefix => Fitting
        .Where(entry => entry.From == entry.To || entry.From.EndsWith("." + entry.To, StringComparison.Ordinal))
        .Select(entry => entry.From[..^entry.To.Length]).Distinct().ToArray() is [{ Length: > 0 } prefix] ? prefix : null;

    /// <summary>The parameters and persistent buffers of a module.</summary>
    public static OrderedDictionary<string, Tensor> StateOf(nn.Module module)
    {
        OrderedDictionary<string, Tensor> targets = [];
        foreach (var (name, parameter) in module.named_parameters()) targets.TryAdd(name, parameter);
        foreach (var (name, buffer) in module.named_buffers(include_nonpersistent: false)) targets.TryAdd(name, buffer);
        return targets;
    }

    private bool Fits(TensorInfo file, TensorInfo module, string? rule) =>
        (file.Shape.SequenceEqual(module.Shape) || rule is not null && rule == _options.OtherNames?.Rule && IsReshaped(file.Shape, module.Shape))
        && (file.Type == module.Type || file.Element.IsFloat && module.Element.IsFloat);

    private static bool IsReshaped(IReadOnlyList<long> file, IReadOnlyList<long> module) =>
        file.Count > 0 && module.Count > 0 && file[0] == module[0]
            && file.Aggregate(1L, (a, b) => a * b) == module.Aggregate(1L, (a, b) => a * b);

    private bool IsHead(string name) => _options.HeadPrefixes.Any(prefix =>
        name.StartsWith(prefix, StringComparison.Ordinal) && (name.Length == prefix.Length || name[prefix.Length] == '.'));

    private static bool IsCounter(string name) => name == Counter || name.EndsWith("." + Counter, StringComparison.Ordinal);

    private static bool Matches(IReadOnlyList<string> patterns, string name) =>
        patterns.Any(pattern => Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant));
}
