namespace TransferLearning.Text;

/// <summary>How much of a text model is trained.</summary>
public enum TextStrategy
{
    /// <summary>By the number of examples a class.</summary>
    Auto,

    /// <summary>For a handful of examples: the encoder learns which of them belong together, then the head is fitted to its optimum.</summary>
    FewShot,

    /// <summary>The head alone, fitted to its optimum on features that are computed once: seconds.</summary>
    Head,

    /// <summary>Every layer, the head in larger steps: minutes, and the most accurate where there are many examples.</summary>
    Full,

    /// <summary>The head first, then one layer group more in each epoch.</summary>
    Gradual,
}
