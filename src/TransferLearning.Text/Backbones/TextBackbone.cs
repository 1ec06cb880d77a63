using System.Text.Json;
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
    private const string ClassificationKind = "classification", TokenClassificationKind = "token classification", MaskedLanguageModelKind = "masked language model";

    // Architectures whose heads are none of these kinds.
    private static readonly string[] OtherHeads = ["ForMultipleChoice", "ForQuestionAnswering", "ForNextSentencePrediction"];

    private readonly TextModel _model;

    internal TextBackbone(TextModel model, TextSpec? spec, WeightProvenance? weights = null, LoadReport? report = null)
    {
        (_model, LoadReport) = (model, report);
        LayerGroups = [.. model.Network.LayerGroups.Select(WindowedTexts.Wrap)];
        Info = new BackboneInfo(model.Id, model.Network.Width) { Input = spec, Configuration = model.Configuration.Json, Weights = weights };
    }

    /// <inheritdoc/>
    public BackboneInfo Info { get; private set; }

    /// <summary>
    /// Tokenizer, length and pooling. Set it before the backbone is used, to read more or fewer tokens or to pool otherwise:
    /// <c>backbone.Input = backbone.Input with { MaxLength = 128 }</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The backbone was created without a tokenizer.</exception>
    /// <exception cref="ArgumentException">The length is more than the network reads.</exception>
    public TextSpec Input
    {
        get => Info.Input as TextSpec ?? throw new InvalidOperationException($"The backbone '{Info.Id}' was created without a tokenizer: give one to TextBackbones.Create.");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.MaxLength > _model.Network.MaxLength)
                throw new ArgumentException($"MaxLength is {value.MaxLength}, and '{Info.Id}' reads at most {_model.Network.MaxLength} tokens. Set TextSpec.Stride to read longer texts in windows.", nameof(value));
            Info = Info with { Input = value };
        }
    }

    /// <summary>What was loaded from the weight file; null where the weights are random.</summary>
    public LoadReport? LoadReport { get; }

    /// <summary>The network with the reference's parameter names. Called with token ids it gives the hidden states <c>[N, T, D]</c> of the last layer.</summary>
    public nn.Module<TensorSet, Tensor> Module => _model.Network;

    nn.Module IPretrainedBackbone.Module => _model.Network;

    /// <inheritdoc/>
    public IReadOnlyList<LayerGroup> LayerGroups { get; }

    /// <summary>Pools the hidden states <c>[N, T, D]</c> as <see cref="TextSpec.Pooling"/> says. The result belongs to the current dispose scope.</summary>
    public Features Pool(TensorSet hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return WindowedTexts.Pool(hidden, (Info.Input as TextSpec)?.Pooling ?? TextPooling.Mean);
    }

    /// <summary>
    /// The classification head that the reference puts on this network: <c>[N, K]</c> from the vectors of all tokens.
    /// It starts at random, but for a pooler that was pretrained with the network. <see cref="LinearHead"/> is simpler, and cheaper to train.
    /// </summary>
    /// <param name="labels">Names of the outputs in order; at least one, all different.</param>
    /// <param name="objective">What is minimised. Default: <see cref="CrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">There is no label, an empty one or one twice.</exception>
    public IHeadReplacer ClassificationHead(IReadOnlyList<string> labels, IObjective? objective = null) =>
        new EncoderHeadReplacer(ClassificationKind, _model.Family.ClassifierHead(_model.Configuration), _model.Network, labels, objective ?? new CrossEntropy());

    /// <summary>The reference's head that gives each token a class: <c>[N, T, K]</c>. It starts at random.</summary>
    /// <param name="labels">Names of the classes in order; at least one, all different.</param>
    /// <exception cref="ArgumentException">There is no label, an empty one or one twice.</exception>
    public IHeadReplacer TokenClassificationHead(IReadOnlyList<string> labels) =>
        new EncoderHeadReplacer(TokenClassificationKind, _model.Family.TokenClassifierHead(_model.Configuration), _model.Network, labels, new TokenCrossEntropy());

    /// <summary>
    /// The reference's head that names the token in each place, masked or not: <c>[N, T, V]</c>, one output for each of the vocabulary's V
    /// tokens. Its output layer is the network's table of words; the rest starts at random. For the network's own pretrained head use
    /// <see cref="TextBackbones.OpenClassifier"/> on a folder whose architecture is a ...ForMaskedLM.
    /// </summary>
    /// <exception cref="NotSupportedException">The configuration says that the output layer has a table of its own.</exception>
    public IHeadReplacer MaskedLanguageModelHead()
    {
        _model.Configuration.Only("tie_word_embeddings", true);
        return new EncoderHeadReplacer(MaskedLanguageModelKind, _model.Family.LanguageModelHead(_model.Configuration), _model.Network, Vocabulary(), new TokenCrossEntropy());
    }

    /// <summary>The reference's head of a kind, to be filled from a saved model; null where the kind is none of the reference's.</summary>
    internal IHeadReplacer? ReferenceHead(string kind, IReadOnlyList<string> labels, IObjective? objective) => kind switch
    {
        ClassificationKind => ClassificationHead(labels, objective),
        TokenClassificationKind => TokenClassificationHead(labels),
        MaskedLanguageModelKind => MaskedLanguageModelHead(),
        _ => null,
    };

    /// <summary>With the classification head, and the labels, that the reference fine-tuned. The model owns the backbone; where this fails, the caller still does.</summary>
    internal TransferModel WithOwnHead(string weights, IObjective? objective)
    {
        using var file = WeightFile.Open(weights);
        var config = _model.Configuration;
        if (OtherHeads.Select(Architecture).FirstOrDefault(name => name is not null) is { } other)
            throw new InvalidDataException($"'{config.Source}' has the architecture '{other}', whose head is not supported. OpenClassifier opens "
                + "...ForSequenceClassification, ...ForTokenClassification and ...ForMaskedLM; TextBackbones.Open opens the encoder without the head.");
        if (Architecture("ForMaskedLM") is not null) return WithOwnHead(file, MaskedLanguageModelHead());
        var isForTokens = Architecture("ForTokenClassification") is not null;
        var layout = isForTokens ? _model.Family.TokenClassifierHead(config) : _model.Family.ClassifierHead(config);
        if (!file.Tensors.TryGetValue($"{layout.Output}.weight", out var output))
            throw new InvalidDataException($"'{weights}' has no tensor '{layout.Output}.weight': the model has no classification head. "
                + "Open it with TextBackbones.Open and put a head on it.");
        var labels = Labels(output.Shape[0]);
        return WithOwnHead(file, isForTokens ? TokenClassificationHead(labels) : ClassificationHead(labels, objective ?? Objective(labels.Count)));
    }

    /// <summary>Disposes the module.</summary>
    public void Dispose() => _model.Network.Dispose();

    private TransferModel WithOwnHead(WeightFile file, IHeadReplacer head)
    {
        var model = this.WithHead(head, ownsBackbone: true);
        try
        {
            _model.LoadHead((EncoderHead)model.Head, file);
            model.Eval();
            return model;
        }
        catch
        {
            model.Head.Dispose();
            throw;
        }
    }

    /// <summary>The configuration's architecture that ends so; null where it has none.</summary>
    private string? Architecture(string ending) => _model.Configuration.Find("architectures") is { ValueKind: JsonValueKind.Array } names
        ? names.EnumerateArray().Select(name => name.ToString()).FirstOrDefault(name => name.EndsWith(ending, StringComparison.Ordinal))
        : null;

    /// <summary>The token of each id; networks may have more places than the tokenizer has tokens.</summary>
    private string[] Vocabulary()
    {
        var tokenizer = (Info.Input as TextSpec)?.Tokenizer;
        HashSet<string> names = [];
        return [.. Enumerable.Range(0, checked((int)_model.Network.WordEmbeddings.Weight.size(0))).Select(id =>
            tokenizer?.TokenOf(id) is { Length: > 0 } token && names.Add(token) ? token : $"<id {id}>")];
    }

    /// <summary>What the reference fine-tuned the head for. Without a word on it one output is a value, as there.</summary>
    private IObjective Objective(int outputs)
    {
        const string Field = "problem_type";
        if (_model.Configuration.Find(Field) is null && outputs == 1) return new Regression();
        return _model.Configuration.OneOf(Field, "single_label_classification", "multi_label_classification", "regression") switch
        {
            "regression" => new Regression(),
            "multi_label_classification" => new MultiLabel(),
            _ => new CrossEntropy(),
        };
    }

    /// <summary>The configuration's labels; where it has none, the reference's: LABEL_0, LABEL_1, ...</summary>
    private IReadOnlyList<string> Labels(long outputs)
    {
        var labels = _model.Configuration.Labels();
        if (labels.Count == 0) return [.. Enumerable.Range(0, checked((int)outputs)).Select(i => $"LABEL_{i}")];
        return labels.Count == outputs
            ? labels
            : throw new InvalidDataException($"'{_model.Configuration.Source}' has {labels.Count} labels in id2label, and the head has {outputs} outputs; "
                + "the files belong to different models.");
    }
}
