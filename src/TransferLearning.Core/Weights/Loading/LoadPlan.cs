using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>Compares a file with a module without touching either.</summary>
internal sealed class LoadPlan
{
    private const string Counter = "num_batches_tracked";

    private readonly WeightLoadOptions _options;

    public LoadPlan(nn.Module module, WeightFile file, WeightLoadOptions options)
    {
        _options = options;
        var targets = Targets(module);
        var names = NameMap.Build(file.Tensors.Keys, targets.Keys.ToHashSet(), options.Rules);
        var wanted = targets.Where(target => options.Wanted(target.Key)).ToDictionary();

        Dictionary<string, (string From, string? Rule)> sources = [];
        List<(string From, string To)> extra = [];
        foreach (var (from, to, rule) in names)
            if (!targets.ContainsKey(to) || !sources.TryAdd(to, (from, rule))) extra.Add((from, to));
        var missing = wanted.Keys.Where(name => !sources.ContainsKey(name) && !IsCounter(name)).ToList();
        extra.RemoveAll(name => IsCounter(name.To));

        MismatchedTensor[] mismatched = [.. wanted.Keys.Where(sources.ContainsKey)
            .Select(name => new MismatchedTensor(name, file.Tensors[sources[name].From], TensorInfo.Of(wanted[name])))
            .Where(pair => !Fits(pair.File, pair.Module))];

        // A head fits as a whole or not at all: the bias of another classifier is worth nothing without its weight.
        var headDiffers = missing.Exists(IsHead) || extra.Exists(name => IsHead(name.To)) || mismatched.Any(tensor => IsHead(tensor.Name));
        var skipHead = headDiffers && options.Head == HeadPolicy.Skip;
        string[] headSkipped = skipHead ? [.. wanted.Keys.Where(IsHead).Union(extra.Select(name => name.To).Where(IsHead))] : [];
        bool Kept(string name) => !(skipHead && IsHead(name));

        Fitting = [.. wanted.Where(target => sources.ContainsKey(target.Key) && Kept(target.Key)).Select(target => (sources[target.Key].From, target.Key, target.Value))];
        Report = new LoadReport(file.Path)
        {
            Renamed = [.. Fitting.Where(entry => sources[entry.To].Rule is not null).Select(entry => new RenamedTensor(entry.From, entry.To, sources[entry.To].Rule!))],
            Missing = [.. missing.Where(Kept)],
            Unexpected = [.. extra.Where(name => Kept(name.To)).Select(name => name.From)],
            Mismatched = [.. mismatched.Where(tensor => Kept(tensor.Name))],
            HeadSkipped = headSkipped,
            Converted = [.. Fitting.Select(entry => (entry.To, From: file.Tensors[entry.From].TypeName, Type: TensorInfo.Of(entry.Target).TypeName))
                .Where(entry => entry.From != entry.Type).Select(entry => new ConvertedTensor(entry.To, entry.From, entry.Type))],
        };
        string[] refusedMissing = [.. Report.Missing.Where(name => !Matches(options.MayBeMissing, name))];
        string[] refusedUnexpected = [.. Report.Unexpected.Where(name => !Matches(options.MayBeUnexpected, name))];
        Misfits = new(refusedMissing, refusedUnexpected, Report.Mismatched,
            HeadOnly: refusedMissing.Concat(refusedUnexpected).Concat(Report.Mismatched.Select(tensor => tensor.Name)).All(IsHead));
    }

    /// <summary>What can be loaded: name in the file, name in the module, and the tensor there.</summary>
    public IReadOnlyList<(string From, string To, Tensor Target)> Fitting { get; }

    /// <summary>What was found; nothing is loaded yet.</summary>
    public LoadReport Report { get; }

    public Misfits Misfits { get; }

    private static OrderedDictionary<string, Tensor> Targets(nn.Module module)
    {
        OrderedDictionary<string, Tensor> targets = [];
        foreach (var (name, parameter) in module.named_parameters()) targets.TryAdd(name, parameter);
        foreach (var (name, buffer) in module.named_buffers(include_nonpersistent: false)) targets.TryAdd(name, buffer);
        return targets;
    }

    private static bool Fits(TensorInfo file, TensorInfo module) =>
        file.Shape.SequenceEqual(module.Shape) && (file.Type == module.Type || file.Element.IsFloat && module.Element.IsFloat);

    private bool IsHead(string name) => _options.HeadPrefixes.Any(prefix =>
        name.StartsWith(prefix, StringComparison.Ordinal) && (name.Length == prefix.Length || name[prefix.Length] == '.'));

    private static bool IsCounter(string name) => name == Counter || name.EndsWith("." + Counter, StringComparison.Ordinal);

    private static bool Matches(IReadOnlyList<string> patterns, string name) => patterns.Any(pattern => Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant));
}
