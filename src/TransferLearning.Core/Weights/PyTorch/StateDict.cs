using System.Globalization;

namespace TransferLearning;

/// <summary>Finds the named tensors in what a checkpoint's pickle holds. The rule stands at <see cref="WeightFile.Open"/>.</summary>
internal sealed class StateDict
{
    private const int MaxDepth = 32;
    private const int MaxVisits = 500_000;
    private const int MaxNameUnits = 100_000_000;
    private const string Unnamed = "tensor";

    private static readonly string[] Wrappers =
    [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights", "params",
        "state_dict_ema", "model_ema", "ema",
    ];

    private readonly OrderedDictionary<string, TensorRef> _tensors = [];
    private int _visits, _nameUnits;

    private StateDict()
    {
    }

    /// <exception cref="FormatException">Two tensors have one name, the containers are nested without end, or the weights are in an object
    /// that is not built.</exception>
    public static OrderedDictionary<string, TensorRef> Find(object? root)
    {
        var search = new StateDict();
        search.Add("", search.Unwrap(root), 0);
        return search._tensors;
    }

    private object? Unwrap(object? root)
    {
        for (var depth = 0; depth < MaxDepth && root is PickleDictionary outer; depth++)
        {
            var inner = Wrappers.Select(name => outer.GetValueOrDefault(name)).FirstOrDefault(
                value => value is PickleDictionary && HoldsTensors(value, 0));
            if (inner is null) return WithoutOptimizer(outer);
            root = inner;
        }
        return root;
    }

    private PickleDictionary WithoutOptimizer(PickleDictionary outer)
    {
        var rest = new PickleDictionary(
            outer.Where(entry => entry.Key is not string name || !name.StartsWith("optim", StringComparison.Ordinal)));
        return HoldsTensors(rest, 0) ? rest
            // The optimizer's history alone: the weights are in a whole model beside it.
            : rest.Values.OfType<PickleObject>().FirstOrDefault() is { } model && HoldsTensors(outer, 0) ? throw model.Refusal()
            : outer;
    }

    private bool HoldsTensors(object? value, int depth) =>
        Tensor(value) is not null || Children(value, depth).Any(child => HoldsTensors(child.Value, depth + 1));

    private void Add(string name, object? value, int depth)
    {
        // A long name can stand before many.
        if (name.Length > MaxNameUnits - _nameUnits) throw new FormatException("the names of its tensors are too long");
        _nameUnits += name.Length;
        if (Tensor(value) is { } tensor && !_tensors.TryAdd(name.Length > 0 ? name : Unnamed, tensor))
            throw new FormatException($"it holds two tensors '{name}'");
        foreach (var (key, child) in Children(value, depth)) Add(name.Length > 0 ? $"{name}.{key}" : key, child, depth + 1);
    }

    private static TensorRef? Tensor(object? value) => value as TensorRef ?? (value as NumpyArray)?.Tensor;

    private IEnumerable<(string Key, object? Value)> Children(object? value, int depth)
    {
        // Containers may hold themselves or be shared exponentially often.
        if (depth > MaxDepth || ++_visits > MaxVisits) throw new FormatException("its containers are nested without end");
        return value switch
        {
            PickleDictionary dictionary =>
                dictionary.Select(entry => (Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "", entry.Value)),
            IList<object?> list => list.Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item)),
            _ => [],
        };
    }
}
