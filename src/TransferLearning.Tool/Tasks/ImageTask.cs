using TransferLearning.Reporting;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Tool.Tasks;

/// <summary>Folders of images, one for each class.</summary>
internal sealed class ImageTask : ITask
{
    private const string DefaultBackbone = "efficientnet_lite0";
    private const int Shown = 5, ThumbnailSize = 160;

    public string Name => "image";

    public bool Recognizes(string path) => File.Exists(path)
        ? ImageFolder.Images.Includes(path)
        : Directory.Exists(path) && Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Any(ImageFolder.Images.Includes);

    public bool Recognizes(ModelArtefact model) => VisionBackbones.Names.Contains(model.BackboneId);

    public IPreparedTraining Prepare(TrainingRequest request, CancellationToken cancellation)
    {
        var splits = FolderSplits.Find(request.Data);
        var photos = ImageFolder.Open(splits?.Train ?? request.Data, null, cancellation);
        var (train, held) = (request.Validation ?? splits?.Measured) is { } measured
            ? (photos, ImageFolder.Open(measured, OfClasses(photos.Targets.Names, mayLackSome: request.Validation is null), cancellation))
            : photos.Split(1 - request.Options.ValidationShare, request.Options.Seed);
        var backbone = VisionBackbones.Load(
            request.Backbone ?? DefaultBackbone, request.Weights, input => Resized(input, request.InputSize), cancellationToken: cancellation);
        return new Prepared(backbone, train, held, ImageRecipe.Choose(train, request.Options), request.Device);
    }

    public Evaluation Evaluate(string model, TrainingRequest data, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var classifier = ImageClassifier.Load(model, data.Device, cancellationToken: cancellation);
        return classifier.Evaluate(data.Data, progress, cancellation);
    }

    public IEnumerable<Answer> Predict(string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation)
    {
        var files = Files(inputs);
        using var classifier = ImageClassifier.Load(model, device, cancellationToken: cancellation);
        var answers = Answer.AreProbabilities(model)
            ? files.Zip(classifier.Predict(files, cancellation), Answer.Of)
            : files.Select(file => Answer.Of(file, classifier.Labels, classifier.Score(file)));
        foreach (var answer in answers) yield return answer;
    }

    public IEnumerable<(string Input, float[] Vector)> Embed(
        string model, IReadOnlyList<string> inputs, Device device, CancellationToken cancellation)
    {
        var files = Files(inputs);
        using var encoder = ImageEncoder.Load(model.Length > 0 ? model : DefaultBackbone, device, cancellationToken: cancellation);
        foreach (var pair in files.Zip(encoder.Embed(files, cancellation))) yield return pair;
    }

    private static DatasetFolderOptions OfClasses(IReadOnlyList<string> names, bool mayLackSome) =>
        new() { ClassNames = names, EmptyClasses = mayLackSome ? ProblemHandling.Skip : ProblemHandling.Refuse };

    /// <summary>The share of the image that is seen stays as it is.</summary>
    private static ImageSpec Resized(ImageSpec input, int? size) => size is null
        ? input
        : input with
            {
                Height = size.Value, Width = size.Value, ResizeSize = (int)Math.Round((double)size.Value * input.ResizeSize / input.Height)
            };

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

    private sealed class Prepared(
        VisionBackbone backbone, ImageDataset train, ImageDataset held, Recipe recipe, Device? device) : IPreparedTraining
    {
        public string Description => $"{train.Count} images to learn from, {held.Count} to measure by, {train.Targets.Names.Count} "
            + "classes; "
            + $"{backbone.Info.Id}. {recipe.Reason}";

        public TrainingReport Run(string output, IProgress<TrainingProgress> progress, CancellationToken cancellation)
        {
            using var model = recipe.CreateModel(backbone, train.Targets);
            var report = recipe.Fit(model, train, held.Count > 0 ? held : null, progress, cancellation);
            model.Save(output);
            return report;
        }

        public IEnumerable<(Answer Answer, string Truth)> Examples(string model, CancellationToken cancellation)
        {
            if (held.Targets is not ClassTargets targets) yield break;
            using var classifier = ImageClassifier.Load(model, device, cancellationToken: cancellation);
            foreach (
                var (index, truth) in targets.Indices.Index().DistinctBy(example => example.Item).OrderBy(example => example.Item).Take(Shown))
                yield return (Answer.Of(held.Names[index], classifier.Predict(held.Names[index])), targets.Names[truth]);
        }

        public ReportOptions Material(string model, CancellationToken cancellation)
        {
            if (held.Targets is not ClassTargets targets) return new();
            using var classifier = ImageClassifier.Load(model, device, cancellationToken: cancellation);
            var wrong = ReportExample.MostWrong(
                classifier.Predict(held.Names, cancellation), [.. targets.Indices.Select(index => targets.Names[index])], held.Names);
            var canExplain = classifier.CanExplain;
            return new() { Examples = [.. wrong.Select(example => example with { Pictures = [.. Views(example, canExplain ? classifier : null)] })] };
        }

        /// <summary>The image as the network sees it and, where it has maps, where it looked for its answer.</summary>
        private IEnumerable<ReportPicture> Views(ReportExample example, ImageClassifier? explains)
        {
            var spec = (ImageSpec)backbone.Info.Input!;
            yield return new("as the network sees it", Thumbnail(new EvaluationTransform(spec).Apply(ImageDecoder.Decode(example.Name, spec.Decoding))));
            if (explains is not null) yield return new($"what speaks for {example.Answer}", Thumbnail(explains.Explain(example.Name, example.Answer)));
        }

        private static ReadOnlyMemory<byte> Thumbnail(RgbImage image) =>
            image.Resize(ThumbnailSize, ThumbnailSize * image.Height / image.Width, Interpolation.Bilinear).ToPng();

        public void Dispose() => backbone.Dispose();
    }
}
