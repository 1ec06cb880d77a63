using static TorchSharp.torch;

namespace TransferLearning;

/// <summary>How outputs become answers.</summary>
public interface IAnswer
{
    /// <summary>Name for messages, such as <c>"probabilities of classes"</c>.</summary>
    string Description { get; }

    /// <summary>Whether the answers are probabilities, 0 to 1.</summary>
    bool IsProbability { get; }

    /// <summary>The answers, of the shape of the outputs' values. The result belongs to the current dispose scope.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">Torch refuses the shapes or types.</exception>
    Tensor Read(TensorSet output);
}

/// <summary>One class of several: the softmax of the logits.</summary>
public sealed record ClassProbabilities : IAnswer
{
    /// <inheritdoc/>
    public string Description => "probabilities of classes";

    /// <inheritdoc/>
    public bool IsProbability => true;

    /// <inheritdoc/>
    public Tensor Read(TensorSet output) => nn.functional.softmax((output ?? throw new ArgumentNullException(nameof(output))).Values, -1);
}

/// <summary>Any number of labels: the sigmoid of the logits, each label's own probability. They do not sum to 1.</summary>
public sealed record LabelProbabilities : IAnswer
{
    /// <inheritdoc/>
    public string Description => "probabilities of labels";

    /// <inheritdoc/>
    public bool IsProbability => true;

    /// <inheritdoc/>
    public Tensor Read(TensorSet output) => (output ?? throw new ArgumentNullException(nameof(output))).Values.sigmoid();
}

/// <summary>The outputs as they are.</summary>
public sealed record PlainValues : IAnswer
{
    /// <inheritdoc/>
    public string Description => "values";

    /// <inheritdoc/>
    public bool IsProbability => false;

    /// <inheritdoc/>
    public Tensor Read(TensorSet output) => (output ?? throw new ArgumentNullException(nameof(output))).Values.alias();
}
