using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Tool.Tasks;

/// <summary>Folders of images, one for each class, and tables of images.</summary>
internal sealed class ImageTask : ITask
{
    private const string DefaultBackbone = "efficientnet_lite0";

    public string Name => "image";

    public bool Recognizes(string path) => File.Exists(path)
        ? ImageFolder.Images.Includes(path)
        : Directory.Exists(path) && Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(ImageFolder.Images.Includes);

    public bool Recognizes(ModelArtefact model) => VisionBackbones.Names.Contains(model.BackboneId);

    public PreparedTraining Prepare(TrainingRequest request, CancellationToken cancellation)
    {
        var (train, held) = File.Exists(request.Data) ? OfTable(request) : OfFolder(request, cancellation);
        var backbone = VisionBackbones.Load(
            request.Backbone ?? DefaultBackbone, request.Weights, size: request.InputSize, cancellationToken: cancellation);
        var recipe = ImageRecipe.Choose(train, request.Options);
        return new PreparedTraining(
            backbone, train, held, recipe, "images", held.Names, (model, files) => Answers(model, files, request.Device, cancellation),
            (model, files, truths) => WrongImages.Find(model, (ImageSpec)backbone.Info.Input!, files, truths, request.Device, cancellation));
    }

    public Evaluation Evaluate(string model, TrainingRequest data, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var classifier = ImageClassifier.Load(model, data.Device, cancellationToken: cancellation);
        return File.Exists(data.Data) && data.NamesColumns
            ? classifier.Evaluate(ImageTable.Open(data.Data, Columns(data, classifier.Labels)), progress, cancellation)
            : classifier.Evaluate(data.Data, progress, cancellation);
    }

    public IEnumerable<Answer> Predict(string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation) =>
        Answers(model, Files(inputs), device, cancellation);

    public IEnumerable<(string Input, float[] Vector)> Embed(
        string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation)
    {
        var files = Files(inputs);
        using var encoder = ImageEncoder.Load(model.Length > 0 ? model : DefaultBackbone, device, cancellationToken: cancellation);
        foreach (var pair in files.Zip(encoder.Embed(files, cancellation))) yield return pair;
    }

    private static IEnumerable<Answer> Answers(string model, IReadOnlyList<string> files, Device? device, CancellationToken cancellation)
    {
        using var classifier = ImageClassifier.Load(model, device, cancellationToken: cancellation);
        var answers = Answer.AreProbabilities(model)
            ? files.Zip(classifier.Predict(files, cancellation), Answer.Of)
            : files.Select(file => Answer.Of(file, classifier.Labels, classifier.Score(file)));
        foreach (var answer in answers) yield return answer;
    }

    private static (ImageDataset Train, ImageDataset Held) OfTable(TrainingRequest request)
    {
        var images = ImageTable.Open(request.Data, Columns(request, classNames: null));
        return request.Validation is { } measured
            ? (images, ImageTable.Open(measured, Columns(request, images.Targets.Names)))
            : images.Split(1 - request.Options.ValidationShare, request.Options.Seed);
    }

    private static (ImageDataset Train, ImageDataset Held) OfFolder(TrainingRequest request, CancellationToken cancellation)
    {
        var splits = FolderSplits.Find(request.Data);
        var photos = ImageFolder.Open(splits?.Train ?? request.Data, null, cancellation);
        return (request.Validation ?? splits?.Measured) is { } measured
            ? (photos, ImageFolder.Open(measured, OfClasses(photos.Targets.Names, mayLackSome: request.Validation is null), cancellation))
            : photos.Split(1 - request.Options.ValidationShare, request.Options.Seed);
    }

    private static ImageTableOptions Columns(TrainingRequest request, IReadOnlyList<string>? classNames) => new()
    {
        Path = request.Columns.Text, Label = request.Columns.Label, LabelSeparator = request.LabelSeparator, Values = request.Values,
        ClassNames = classNames,
    };

    private static DatasetFolderOptions OfClasses(IReadOnlyList<string> names, bool mayLackSome) =>
        new() { ClassNames = names, EmptyClasses = mayLackSome ? ProblemHandling.Skip : ProblemHandling.Refuse };

    /// <summary>The files that are named, and the images of the folders.</summary>
    private static List<string> Files(IReadOnlyList<string> inputs)
    {
        List<string> files = [];
        foreach (var input in inputs)
        {
            if (!Directory.Exists(input))
            {
                files.Add(input);
                continue;
            }
            var before = files.Count;
            files.AddRange(
                Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories).Where(ImageFolder.Images.Includes).Order(StringComparer.Ordinal));
            if (files.Count == before)
                throw new ArgumentException($"The folder '{input}' holds no images ({string.Join(", ", ImageFolder.Images.Extensions)}).");
        }
        return files;
    }
}
