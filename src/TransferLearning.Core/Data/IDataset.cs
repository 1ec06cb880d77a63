namespace TransferLearning;

/// <summary>Labelled examples, not yet prepared for a certain backbone.</summary>
public interface IDataset
{
    /// <summary>Number of examples.</summary>
    int Count { get; }

    /// <summary>Names of the classes in the order of their indices, of the labels or of the values to be predicted; empty where they are not known: they are compared with the model's.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Class index of each example; empty where an example has no single class: several labels, or values.</summary>
    IReadOnlyList<int> Labels { get; }

    /// <summary>
    /// The examples as batches for a backbone with that input.
    /// Throws <see cref="ArgumentException"/>, saying what does not fit, where the data set cannot serve it.
    /// </summary>
    /// <param name="input">The backbone's input; null where it takes tensors as they are.</param>
    IBatchSource Prepare(InputSpec? input);
}

/// <summary>A data set of which a part is a data set of the same kind: so it can be split.</summary>
/// <typeparam name="TSelf">The data set's own type.</typeparam>
public interface ILabelledDataset<out TSelf> : IDataset where TSelf : ILabelledDataset<TSelf>
{
    /// <summary>The examples at these positions, in this order, with the same class names.</summary>
    TSelf Subset(IReadOnlyList<int> indices);
}
