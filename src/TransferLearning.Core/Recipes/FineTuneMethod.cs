namespace TransferLearning;

/// <summary>How much of a model is trained, in every layer of the library alike.</summary>
public enum FineTuneMethod
{
    /// <summary>The amount of data decides.</summary>
    Auto,

    /// <summary>The layers learn from pairs which examples belong together, then a head is fitted: for a few examples a class.</summary>
    FewShot,

    /// <summary>The head alone, on features that are computed once: seconds.</summary>
    Head,

    /// <summary>The head first, then one layer group more in each epoch; the best epoch is kept.</summary>
    Gradual,

    /// <summary>Every layer.</summary>
    Full,
}
