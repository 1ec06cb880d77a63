using TransferLearning.Networks;

namespace TransferLearning.Text;

/// <summary>
/// What the reference puts on an encoder: pooled or for each token, perhaps a dense layer with activation and normalisation, then
/// the output. All families' heads are of this form; they differ in names and in what they leave out.
/// </summary>
/// <param name="Output">Name of the output layer in the state dict.</param>
internal sealed record HeadLayout(string Output)
{
    /// <summary>How the tokens are pooled; null: every token has an output.</summary>
    public TextPooling? Pooling { get; init; }

    /// <summary>Share dropped before the dense layer.</summary>
    public double InputDropout { get; init; }

    /// <summary>Name of the dense layer; null where there is none, nor an activation.</summary>
    public string? Dense { get; init; }

    public bool HasDenseBias { get; init; } = true;

    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>Name of the normalisation after the activation; null where there is none.</summary>
    public string? Norm { get; init; }

    public bool HasNormBias { get; init; } = true;

    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>Share dropped before the output.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the output's weight is the table of words: only its bias is the head's own.</summary>
    public bool IsTied { get; init; }
}
