namespace TransferLearning.Extensions.Hosting;

/// <summary>A loaded model that answers batches of examples. Thread-safe.</summary>
internal interface IServedModel<TExample> : IDisposable
{
    /// <summary>The classes in the order of the outputs.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>An example that any such model answers: a new one is tried with it before it serves.</summary>
    TExample Trial { get; }

    /// <summary>Answers examples that were made ready for this model, in their order.</summary>
    IReadOnlyList<Classification> Predict(IReadOnlyList<TExample> examples);
}
