using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// Writes down the operations that a network runs. It listens on one thread, as torch's gradient mode and dispose scopes do: a network
/// runs on the thread that calls it.
/// </summary>
internal sealed class Recorder : IDisposable
{
    [ThreadStatic]
    private static Recorder? current;

    // Tensors are objects: two may lie on the same memory, and memory is used again, but an object is one value at a time.
    private readonly Dictionary<Tensor, int> _ids = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, string> _weights = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<nn.Module> _open = new();
    private readonly List<GraphValue> _values = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphConstant> _constants = [];

    /// <exception cref="InvalidOperationException">A recorder listens on this thread already.</exception>
    public Recorder(nn.Module module)
    {
        foreach (var (name, child) in module.named_modules()) _paths.TryAdd(child, name);
        _paths[module] = "";
        _open.Push(module);
        foreach (var (name, parameter) in module.named_parameters()) _weights.TryAdd(parameter, name);
        foreach (var (name, buffer) in module.named_buffers()) _weights.TryAdd(buffer, name);
        current = current is null ? this : throw new InvalidOperationException("A network that is recorded cannot record another.");
    }

    /// <summary>Who listens on this thread; null: nobody.</summary>
    public static Recorder? Current => current;

    /// <summary>Computes what is kept as a constant: nobody listens meanwhile.</summary>
    public static T Unheard<T>(Func<T> compute)
    {
        var listening = current;
        current = null;
        try
        {
            return compute();
        }
        finally
        {
            current = listening;
        }
    }

    public void Enter(nn.Module? block) => _open.Push(block ?? _open.Peek());

    public void Leave() => _open.Pop();

    public int AddInput(Tensor tensor) => Make(tensor);

    public void AddConstant(Tensor tensor)
    {
        if (!_ids.ContainsKey(tensor)) Keep(tensor, $"{Path}{(Path.Length > 0 ? "." : "")}constant{_constants.Count}");
    }

    /// <summary>A tensor that a layer computed from a weight and keeps.</summary>
    public void AddDerived(Tensor tensor, Tensor weight)
    {
        if (!_ids.ContainsKey(tensor)) Keep(tensor, $"{_weights.GetValueOrDefault(weight, "constant")} (folded)");
    }

    public void Add(string name, ITuple arguments, Tensor[] results)
    {
        var operation = Operation.Find(name);
        var (inputs, attributes) = operation.Split([.. Enumerable.Range(0, arguments.Length).Select(i => arguments[i])]);
        int?[] ids = [.. inputs.Select(input => input is null ? null : (int?)Find(input, $"'{name}' in {Place}"))];
        _nodes.Add(new GraphNode(operation, ids, attributes, Array.ConvertAll(results, Make), Path));
    }

    /// <summary>The value that a tensor is.</summary>
    /// <exception cref="InvalidOperationException">Nothing recorded made it.</exception>
    public int Find(Tensor tensor, string reader)
    {
        if (_ids.TryGetValue(tensor, out var id)) return id;
        return _weights.TryGetValue(tensor, out var name) ? Keep(tensor, name) : throw new InvalidOperationException(
            $"{reader} reads a tensor {tensor.dtype} [{string.Join(", ", tensor.shape)}] that is no input, weight or constant, and "
            + "that no recorded "
            + "operation made: what made it is not in the instruction set. Compute it with the methods of Operations; a table that no "
            + "input changes, name with Operations.Constant.");
    }

    public Graph Finish(IReadOnlyList<GraphPort> inputs, IReadOnlyList<GraphPort> outputs)
    {
        var graph = new Graph(_values, _nodes, [.. _constants], inputs, outputs);
        _constants.Clear();
        return graph;
    }

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        current = null;
        foreach (var constant in _constants) constant.Tensor.Dispose();
    }

    private string Path => _paths.GetValueOrDefault(_open.Peek(), "");

    private string Place => Path.Length > 0 ? $"'{Path}' ({_open.Peek().GetName()})" : _open.Peek().GetName();

    private int Keep(Tensor tensor, string name)
    {
        var id = Make(tensor);
        _constants.Add(new GraphConstant(name, id, tensor.detach().DetachFromDisposeScope()));
        return id;
    }

    private int Make(Tensor tensor)
    {
        _values.Add(new GraphValue(tensor.dtype, tensor.shape));
        return _ids[tensor] = _values.Count - 1;
    }
}
