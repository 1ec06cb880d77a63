using TransferLearning.Reporting;
using TransferLearning.Text;
using static TorchSharp.torch;

namespace TransferLearning.Tool.Tasks;

/// <summary>Files of labelled texts, and folders of text files, one for each class.</summary>
internal sealed class TextTask : ITask
{
    private const string DefaultBackbone = "all_minilm_l6_v2";

    private static readonly string[] Extensions = [".csv", ".tsv", ".jsonl", ".ndjson", ".txt"];

    public string Name => "text";

    public bool Recognizes(string path) => File.Exists(path)
        ? IsText(path)
        : Directory.Exists(path) && Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(IsText);

    public bool Recognizes(ModelArtefact model) => model.Configuration is not null;

    public PreparedTraining Prepare(TrainingRequest request, CancellationToken cancellation)
    {
        var (data, measured) = Places(request);
        var all = TextFile.Open(data, Columns(request));
        var (train, held) = measured is null
            ? all.Split(1 - request.Options.ValidationShare, request.Options.Seed)
            : (all, TextFile.Open(measured, Columns(request) with { ClassNames = all.Targets.Names }));
        var backbone = TextBackbones.Load(
            request.Backbone ?? DefaultBackbone, request.Weights, input => input with { MaxLength = request.MaxLength ?? input.MaxLength },
            cancellationToken: cancellation);
        var recipe = TextRecipe.Choose(train, request.Options, backbone.Input.Pooling);
        return new PreparedTraining(
            backbone, train, held, recipe, "texts", held.Texts, (model, texts) => Answers(model, texts, request.Device, cancellation),
            (model, texts, truths) => Wrong(model, texts, truths, request.Device, cancellation));
    }

    public Evaluation Evaluate(string model, TrainingRequest data, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var classifier = TextClassifier.Load(model, data.Device, cancellationToken: cancellation);
        return classifier.Evaluate(data.Data, Columns(data), progress, cancellation);
    }

    public IEnumerable<Answer> Predict(string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation) =>
        Answers(model, Texts(inputs), device, cancellation);

    public IEnumerable<(string Input, float[] Vector)> Embed(
        string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation)
    {
        var texts = Texts(inputs);
        using var encoder = SentenceEncoder.Load(model.Length > 0 ? model : DefaultBackbone, device, cancellationToken: cancellation);
        foreach (var pair in texts.Zip(encoder.Encode(texts, cancellation))) yield return pair;
    }

    private static IEnumerable<Answer> Answers(string model, IReadOnlyList<string> texts, Device? device, CancellationToken cancellation)
    {
        using var classifier = TextClassifier.Load(model, device, cancellationToken: cancellation);
        var answers = Answer.AreProbabilities(model)
            ? texts.Zip(classifier.Predict(texts, cancellation), Answer.Of)
            : texts.Select(text => Answer.Of(text, classifier.Labels, classifier.Score(text)));
        foreach (var answer in answers) yield return answer;
    }

    private static IEnumerable<ReportExample> Wrong(
        string model, IReadOnlyList<string> texts, IReadOnlyList<string> truths, Device? device, CancellationToken cancellation)
    {
        using var classifier = TextClassifier.Load(model, device, cancellationToken: cancellation);
        var wrong = ReportExample.MostWrong(classifier.Predict(texts, cancellation), truths, texts);
        return wrong.Select(example => example with { Text = example.Name });
    }

    private static bool IsText(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static TextFileOptions Columns(TrainingRequest request) =>
        new() { Text = request.Columns.Text, Label = request.Columns.Label, LabelSeparator = request.LabelSeparator, Values = request.Values };

    private static (string Data, string? Measured) Places(TrainingRequest request) =>
        Directory.Exists(request.Data) && FolderSplits.Find(request.Data) is { } splits
            ? (splits.Train, request.Validation ?? splits.Measured)
            : (request.Data, request.Validation);

    /// <summary>The texts that are given, and the lines of the files that are named.</summary>
    private static List<string> Texts(IReadOnlyList<string> inputs)
    {
        List<string> texts = [];
        foreach (var input in inputs)
        {
            if (!File.Exists(input))
            {
                texts.Add(input);
                continue;
            }
            var before = texts.Count;
            texts.AddRange(File.ReadLines(input).Where(line => !string.IsNullOrWhiteSpace(line)));
            if (texts.Count == before) throw new ArgumentException($"The file '{input}' holds no text, one a line.");
        }
        return texts;
    }
}
