using static TorchSharp.torch;

namespace TransferLearning.Text;

/// <summary>An encoder of texts as a backbone. <see cref="TextBackbones"/> creates it; it owns its module.</summary>
/// <remarks>
/// It reads token ids <c>[N, T]</c> int64 with a mask <c>[N, T]</c> bool (true where a token is real; null: all are) and segments
/// <c>[N, T]</c> int64 (null: all 0). What stands in the padding changes nothing. Long texts may come in W windows each,
/// <c>[N, W, T]</c>: every window is read alone and their vectors are averaged.
/// </remarks>
public sealed class TextBackbone : IPretrainedBackbone
{
    /// <exception cref="ArgumentException">The input is longer than the network reads; the network is still the caller's.</exception>
    internal TextBackbone(TextModel model, TextSpec? input, WeightProvenance? weights = null, LoadReport? report = null)
    {
        if (input?.MaxLength > model.Network.MaxLength)
            throw new ArgumentException(
                $"MaxLength is {input.MaxLength}, and '{model.Id}' reads at most {model.Network.MaxLength} tokens. Set "
                + "TextSpec.Stride to read longer texts in windows.", nameof(input));
        (Model, LoadReport) = (model, report);
        LayerGroups = [.. model.Network.LayerGroups.Select(WindowedTexts.Wrap)];
        Info = new BackboneInfo(model.Id, model.Network.Width)
        {
            Input = input, Configuration = model.Configuration.Json, Weights = weights
        };
    }

    /// <inheritdoc/>
    public BackboneInfo Info { get; }

    /// <summary>Tokenizer, length and pooling, as they were chosen when the backbone was loaded.</summary>
    /// <exception cref="InvalidOperationException">The backbone was created without a tokenizer.</exception>
    public TextSpec Input =>
        Info.Input as TextSpec
            ?? throw new InvalidOperationException(
                $"The backbone '{Info.Id}' was created without a tokenizer: give one to TextBackbones.Create.");

    /// <summary>What was loaded from the weight file; null where the weights are random.</summary>
    public LoadReport? LoadReport { get; }

    /// <summary>
    /// The network with the reference's parameter names. Called with token ids it gives the hidden states <c>[N, T, D]</c> of the last
    /// layer.
    /// </summary>
    public nn.Module<TensorSet, Tensor> Module => Model.Network;

    nn.Module IPretrainedBackbone.Module => Model.Network;

    /// <inheritdoc/>
    public IReadOnlyList<LayerGroup> LayerGroups { get; }

    internal TextModel Model { get; }

    /// <summary>
    /// Pools the hidden states <c>[N, T, D]</c> to <c>[N, D]</c> as <see cref="TextSpec.Pooling"/> says. The result belongs to the current
    /// dispose scope.
    /// </summary>
    public Tensor Pool(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return WindowedTexts.Pool(hidden, (Info.Input as TextSpec)?.Pooling ?? TextPooling.Mean);
    }

    /// <summary>
    /// The hidden states of the tokens <c>[N, T, D]</c>, those of windows one after the other. The result belongs to the current dispose
    /// scope.
    /// </summary>
    public TensorSet Positions(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return WindowedTexts.Positions(hidden);
    }

    /// <summary>
    /// The classification head that the reference puts on this network: <c>[N, K]</c> from the vectors of all tokens.
    /// It starts at random, but for a pooler that was pretrained with the network. <see cref="LinearHead"/> is simpler, and cheaper to
    /// train.
    /// </summary>
    /// <param name="labels">Names of the outputs in order; at least two (one is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <exception cref="ArgumentException">There are too few labels, an empty one or one twice.</exception>
    public IHeadReplacer ClassificationHead(IReadOnlyList<string> labels, IObjective? objective = null, long seed = 0) =>
        Head(
            TextKinds.Classification, Model.Family.ClassifierHead, labels ?? throw new ArgumentNullException(nameof(labels)), objective, seed);

    /// <summary>The reference's head that gives each token a class: <c>[N, T, K]</c>. It starts at random.</summary>
    /// <param name="labels">Names of the classes in order; at least two (one is enough for other objectives than cross-entropy), all
    /// different.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <exception cref="ArgumentException">There are too few labels, an empty one or one twice.</exception>
    public IHeadReplacer TokenClassificationHead(IReadOnlyList<string> labels, IObjective? objective = null, long seed = 0) =>
        Head(
            TextKinds.TokenClassification, Model.Family.TokenClassifierHead, labels ?? throw new ArgumentNullException(nameof(labels)), objective, seed);

    /// <summary>
    /// The reference's head that names the token in each place, masked or not: <c>[N, T, V]</c>, one output for each id of the vocabulary,
    /// without labels. Its output layer is the network's table of words; the rest starts at random. For the network's own pretrained head
    /// use <see cref="TextBackbones.OpenClassifier"/> on a folder whose architecture is a ...ForMaskedLM.
    /// </summary>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <exception cref="NotSupportedException">The configuration says that the output layer has a table of its own.</exception>
    public IHeadReplacer MaskedLanguageModelHead(IObjective? objective = null, long seed = 0)
    {
        Model.Configuration.Only("tie_word_embeddings", true);
        return Head(TextKinds.MaskedLanguageModel, Model.Family.LanguageModelHead, null, objective, seed);
    }

    /// <summary>Disposes the module.</summary>
    public void Dispose() => Model.Network.Dispose();

    private EncoderHeadReplacer Head(
        string kind, Func<TextConfiguration, HeadLayout> layout, IReadOnlyList<string>? labels, IObjective? objective, long seed) =>
        new(kind, layout(Model.Configuration), Model.Network, labels, objective) { Seed = seed };
}
