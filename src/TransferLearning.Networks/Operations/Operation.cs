using System.Collections.Frozen;
using System.Reflection;
using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>
/// An operation by its name, to run with inputs and attributes that a <see cref="Graph"/> or a file tells. The methods of
/// <see cref="Operations"/> are the table: an operation that a network can call is one that can be run by name.
/// </summary>
public sealed class Operation
{
    private static readonly FrozenDictionary<string, Operation> Table = typeof(Operations)
        .GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.Name is not (nameof(Operations.Activate) or nameof(Operations.Constant) or nameof(Operations.Dropout)))
        .ToFrozenDictionary(method => method.Name, method => new Operation(method));

    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;

    private Operation(MethodInfo method) => (_method, _parameters) = (method, method.GetParameters());

    /// <summary>All operations, in no order.</summary>
    public static IReadOnlyList<Operation> All => Table.Values;

    /// <summary>Name of the method of <see cref="Operations"/>.</summary>
    public string Name => _method.Name;

    /// <summary>The operation of that name.</summary>
    /// <exception cref="NotSupportedException">There is none; the message names the operations.</exception>
    public static Operation Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Table.GetValueOrDefault(name)
            ?? throw new NotSupportedException(
                $"There is no operation '{name}'. The operations are {string.Join(", ", Table.Keys.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>Runs it. The results belong to the current dispose scope.</summary>
    /// <param name="inputs">The tensors in the order of its parameters; null where one is left out.</param>
    /// <param name="attributes">The other parameters by name; those with a default may be absent.</param>
    /// <exception cref="ArgumentException">An input or an attribute is missing or too many.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor?> inputs, IReadOnlyDictionary<string, object?> attributes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(attributes);
        var taken = 0;
        var arguments = Array.ConvertAll(
            _parameters, parameter => IsTensors(parameter) ? Rest() : IsTensor(parameter) ? Next() : Attribute(parameter));
        if (taken != inputs.Count) throw new ArgumentException($"{Name} takes {taken} inputs; got {inputs.Count}.");
        var result = _method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        return result as Tensor[] ?? [(Tensor)result!];

        object? Next() =>
            taken < inputs.Count ? inputs[taken++] : throw new ArgumentException($"{Name} lacks an input: it got {inputs.Count}.");

        object Rest()
        {
            var rest = inputs.Skip(taken).OfType<Tensor>().ToArray();
            taken = inputs.Count;
            return rest;
        }

        object? Attribute(ParameterInfo parameter) => attributes.TryGetValue(parameter.Name!, out var value) ? value
            : parameter.HasDefaultValue ? parameter.DefaultValue
            : throw new ArgumentException($"{Name} lacks the attribute '{parameter.Name}'.");
    }

    /// <summary>Tells the arguments of a call apart.</summary>
    internal (IReadOnlyList<Tensor?> Inputs, IReadOnlyDictionary<string, object?> Attributes) Split(IReadOnlyList<object?> arguments)
    {
        List<Tensor?> inputs = [];
        var attributes = new Dictionary<string, object?>();
        foreach (var (parameter, argument) in _parameters.Zip(arguments))
            if (IsTensors(parameter)) inputs.AddRange((Tensor[])argument!);
            else if (IsTensor(parameter)) inputs.Add((Tensor?)argument);
            else attributes.Add(parameter.Name!, argument);
        return (inputs, attributes);
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    private static bool IsTensor(ParameterInfo parameter) => parameter.ParameterType == typeof(Tensor);

    private static bool IsTensors(ParameterInfo parameter) => parameter.ParameterType == typeof(Tensor[]);
}
