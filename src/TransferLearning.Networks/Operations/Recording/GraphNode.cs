using static TorchSharp.torch;

namespace TransferLearning.Networks;

/// <summary>An operation in a graph.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Inputs">The values that it reads, in the order of the operation's parameters; null where one is left out.</param>
/// <param name="Attributes">What else it is told, by the names of the operation's parameters: numbers, bool, <c>long[]</c>, a type.</param>
/// <param name="Outputs">The values that it makes.</param>
/// <param name="Path">The module that ran it, by its name in the network.</param>
public sealed record GraphNode(
    Operation Operation, IReadOnlyList<int?> Inputs, IReadOnlyDictionary<string, object?> Attributes, IReadOnlyList<int> Outputs, string Path);

/// <summary>What a value was when it was recorded.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Its shape.</param>
public sealed record GraphValue(ScalarType Type, IReadOnlyList<long> Shape);

/// <summary>A value that goes into a graph or comes out of it.</summary>
/// <param name="Name">Its name in the <see cref="TensorSet"/>.</param>
/// <param name="Value">Its index among the graph's values.</param>
public sealed record GraphPort(string Name, int Value);

/// <summary>A value that is always the same.</summary>
/// <param name="Name">Name of the parameter or buffer in the network; of what is neither, a description.</param>
/// <param name="Value">Its index among the graph's values.</param>
/// <param name="Tensor">The value; the graph's.</param>
public sealed record GraphConstant(string Name, int Value, Tensor Tensor);
