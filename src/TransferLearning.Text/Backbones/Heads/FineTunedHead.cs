using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransferLearning.Text;

/// <summary>The head that the reference fine-tuned with a network, of what the configuration says and the weight file holds.</summary>
/// <param name="backbone">The network.</param>
/// <param name="weights">The file with the weights of network and head.</param>
/// <param name="options">What may differ between file and head.</param>
internal sealed class FineTunedHead(TextBackbone backbone, string weights, WeightLoadOptions options)
{
    // Architectures whose heads are none of these kinds.
    private static readonly string[] OtherHeads = ["ForMultipleChoice", "ForQuestionAnswering", "ForNextSentencePrediction"];

    private readonly TextConfiguration _config = backbone.Model.Configuration;

    /// <summary>The backbone with its head. The model owns the backbone; where this fails, the caller still does.</summary>
    /// <param name="objective">What the head was trained for; null: what the configuration says.</param>
    public TransferModel Open(IObjective? objective)
    {
        using var file = WeightFile.Open(weights);
        var model = backbone.WithHead(Head(file, objective), ownsBackbone: true);
        try
        {
            backbone.Model.LoadHead((EncoderHead)model.Head, file, options);
            model.Eval();
            return model;
        }
        catch
        {
            model.Head.Dispose();
            throw;
        }
    }

    private IHeadReplacer Head(WeightFile file, IObjective? objective)
    {
        if (OtherHeads.Select(Architecture).FirstOrDefault(name => name is not null) is { } other)
            throw new InvalidDataException(
                $"'{_config.Source}' has the architecture '{other}', whose head is not supported. OpenClassifier opens "
                + "...ForSequenceClassification, ...ForTokenClassification and ...ForMaskedLM; TextBackbones.Open opens the encoder "
                + "without the head.");
        if (Architecture("ForMaskedLM") is not null) return backbone.MaskedLanguageModelHead(objective);
        var isForTokens = Architecture("ForTokenClassification") is not null;
        var layout = isForTokens ? backbone.Model.Family.TokenClassifierHead(_config) : backbone.Model.Family.ClassifierHead(_config);
        if (file.Tensors.FirstOrDefault(tensor => Renamed(tensor.Key) == $"{layout.Output}.weight").Value is not { } output)
            throw new InvalidDataException($"'{weights}' has no tensor '{layout.Output}.weight': the model has no classification head. "
                + "Open it with TextBackbones.Open and put a head on it.");
        var labels = Labels(output.Shape[0]);
        return isForTokens
            ? backbone.TokenClassificationHead(labels, objective)
            : backbone.ClassificationHead(labels, objective ?? Objective(labels.Count));
    }

    /// <summary>The module's name of a tensor of the file.</summary>
    private string Renamed(string name) =>
        options.Rules.Aggregate(
            name, (renamed, rule) => Regex.Replace(renamed, rule.Pattern, rule.Replacement, RegexOptions.CultureInvariant));

    /// <summary>The configuration's architecture that ends so; null where it has none.</summary>
    private string? Architecture(string ending) => _config.Find("architectures") is { ValueKind: JsonValueKind.Array } names
        ? names.EnumerateArray().Select(name => name.ToString()).FirstOrDefault(name => name.EndsWith(ending, StringComparison.Ordinal))
        : null;

    /// <summary>What the reference fine-tuned the head for. Without a word on it one output is a value, as there.</summary>
    private IObjective Objective(int outputs)
    {
        const string Field = "problem_type";
        if (_config.Find(Field) is null && outputs == 1) return new Regression();
        return _config.OneOf(Field, "single_label_classification", "multi_label_classification", "regression") switch
        {
            "regression" => new Regression(),
            "multi_label_classification" => new MultiLabel(),
            _ => new CrossEntropy(),
        };
    }

    /// <summary>The configuration's labels; where it has none, the reference's: LABEL_0, LABEL_1, ...</summary>
    private IReadOnlyList<string> Labels(long outputs)
    {
        var labels = _config.Labels();
        if (labels.Count == 0) return [.. Enumerable.Range(0, checked((int)outputs)).Select(i => $"LABEL_{i}")];
        return labels.Count == outputs
            ? labels
            : throw new InvalidDataException(
                $"'{_config.Source}' has {labels.Count} labels in id2label, and the head has {outputs} outputs; "
                + "the files belong to different models.");
    }
}
