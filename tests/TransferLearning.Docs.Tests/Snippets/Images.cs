using Microsoft.Extensions.Logging;
using TransferLearning;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace Snippets;

internal static class Images
{
    public static void Open()
    {
        // snippet: folder-options
        var photos = ImageFolder.Open("flowers", new DatasetFolderOptions
        {
            BrokenFiles = ProblemHandling.Skip,
            EmptyClasses = ProblemHandling.Skip,
        });
        foreach (var (place, reason) in photos.Skipped) Console.WriteLine($"{place}: {reason}");
        // end-snippet

        // snippet: validation-folder
        var train = ImageFolder.Open("flowers/train");
        var validation = ImageFolder.Open("flowers/validation", new DatasetFolderOptions { ClassNames = train.Targets.Names });
        // end-snippet

        // snippet: like-torchvision
        var likeTorchvision = new ImageDecodeOptions { Background = null, ApplyOrientation = false };
        using var asPythonSeesThem = VisionBackbones.Load("resnet18", input: input => input with { Decoding = likeTorchvision });
        // end-snippet
    }

    public static void Tables()
    {
        // snippet: image-table
        var kinds = ImageTable.Open("photos/labels.csv");                                       // columns path and label
        var tagged = ImageTable.Open("photos/tags.csv", new() { Label = "tags", LabelSeparator = "|" });
        var flagged = ImageTable.Open("photos/flags.csv", new() { Labels = ["red", "round"] });  // 0 and 1
        var priced = ImageTable.Open("photos/prices.csv", new() { Values = ["price"] });
        // end-snippet

        // snippet: image-regressor
        using var regressor = ImageRegressor.FineTune("photos/prices.csv", values: ["price"]);
        Console.WriteLine(regressor.Report);
        float[] price = regressor.Predict("unknown.jpg");
        // end-snippet

        // snippet: split-by-group
        var (learnt, held) = kinds.SplitByGroup(0.8, ImageTable.Column("photos/labels.csv", "patient"));
        var films = ImageFolder.Open("frames");
        var byFilm = films.SplitByGroup(0.8, [.. films.Names.Select(file => Path.GetFileName(file).Split('_')[0])]);
        // end-snippet

        // snippet: published-sets
        var (train, test) = CifarDataset.Open("cifar-10-batches-bin");
        var (groups, _) = CifarDataset.Open("cifar-100-binary", coarse: true);
        var (digits, _) = MnistDataset.Open("mnist");
        // end-snippet
    }

    public static void InMemory(byte[] first, byte[] second, byte[] pixels)
    {
        // snippet: in-memory
        var encoded = ImageDataset.FromBytes([(first, "cat"), (second, "dog")]);          // JPEG, PNG, ... as bytes
        var decoded = ImageDataset.FromImages([(new RgbImage(32, 32, pixels), "cat")], classNames: ["cat", "dog"]);
        var listed = ImageDataset.FromFiles([("a.jpg", "cat"), ("b.jpg", "dog")]);        // paths from anywhere
        // end-snippet

        // snippet: image-targets
        var labelled = ImageDataset.FromFiles(["a.jpg", "b.jpg"], Targets.Labels([["red", "round"], ["red"]]));
        var measured = ImageDataset.FromFiles(["a.jpg", "b.jpg"], Targets.Values([[0.3f], [1.7f]], names: ["age"]));
        var itself = ImageDataset.FromFiles(["a.jpg", "b.jpg"]);                          // the target is the image: for an autoencoder
        // end-snippet
    }

    public static void HeadOnly(IPretrainedBackbone backbone, ImageDataset train, ImageDataset validation)
    {
        using var model = backbone.WithHead(new LinearHead(train.Targets.Names));
        // snippet: strategy-head
        var report = new Trainer(
            new TrainerOptions { Epochs = 30, Optimizer = new AdamW(learningRate: 1e-3) },
            new FreezeBackbone(), new CosineDecay()).Fit(model, train, validation);
        // end-snippet

        // snippet: strategy-full
        var augmented = train.WithAugmentation(new RandomResizedCrop { MinScale = 0.35 }, new RandomHorizontalFlip());
        var fullReport = new Trainer(
            new TrainerOptions { Epochs = 4, Optimizer = new AdamW(learningRate: 1e-4) },
            new FreezeBatchNorm(), new CosineDecay(warmup: 0.2)).Fit(model, augmented, validation);
        // end-snippet

        // snippet: strategy-gradual
        var gradualReport = new Trainer(
            new TrainerOptions { Epochs = 4, Optimizer = new AdamW(learningRate: 1e-4) },
            new GradualUnfreezing(headEpochs: 0), new FreezeBatchNorm(), new CosineDecay(warmup: 0.2), new EarlyStopping(monitor: "accuracy")).Fit(model, augmented, validation);
        // end-snippet
    }

    public static void Watch(TransferModel model, ImageDataset train, ImageDataset validation, ILogger logger, CancellationToken cancellationToken)
    {
        // snippet: progress
        var progress = new Progress<TrainingProgress>(now => Console.Write($"\r{now.Phase} {now.Batch}/{now.Batches}"));
        var trainer = new Trainer(new TrainerOptions(), new FreezeBackbone()) { Logger = logger };
        var report = trainer.Fit(model, train, validation, progress, cancellationToken);
        report.Save("output/report.json");
        // end-snippet
    }

    public static void Predict(Stream stream, byte[] bytes, IEnumerable<string> paths)
    {
        // snippet: predict
        using var classifier = ImageClassifier.Load("flowers.safetensors");
        var best = classifier.Predict("unknown.jpg").Best;                // a path
        var fromStream = classifier.Predict(stream);                      // an upload
        var fromBytes = classifier.Predict(bytes);
        foreach (var answer in classifier.Predict(paths)) Console.WriteLine(answer.Best);   // many files, in batches
        // end-snippet
    }

    public static async Task PredictAsync(Stream body, IAsyncEnumerable<Stream> uploads, CancellationToken cancellationToken)
    {
        // snippet: predict-async
        using var classifier = await ImageClassifier.LoadAsync("flowers.safetensors", cancellationToken: cancellationToken);
        var answer = await classifier.PredictAsync(body, cancellationToken);                  // body: the stream of a request
        await foreach (var one in classifier.PredictAsync(uploads, cancellationToken)) Console.WriteLine(one.Best);   // many streams
        // end-snippet
    }

    public static void PredictMany(ImageClassifier classifier, IEnumerable<byte[]> encoded, IEnumerable<Stream> streams, IEnumerable<RgbImage> decoded)
    {
        // snippet: predict-many
        var fromArrays = classifier.Predict(encoded);                     // IEnumerable<byte[]>: JPEG, PNG, ...
        var fromStreams = classifier.Predict(streams);                    // IEnumerable<Stream>, read one after the other
        var fromPixels = classifier.Predict(decoded);                     // IEnumerable<RgbImage>
        // end-snippet
    }

    public static int Evaluate()
    {
        // snippet: image-evaluate
        using var classifier = ImageClassifier.Load("flowers.safetensors");
        var evaluation = classifier.Evaluate("flowers/test");             // one sub-folder per class
        Console.WriteLine(evaluation);                                    // a table, accuracy with interval, what is taken for what
        return evaluation.Accuracy >= 0.9 ? 0 : 1;                        // fails the build below the bar
        // end-snippet
    }

    public static void Embed()
    {
        // snippet: image-embed
        using var encoder = ImageEncoder.Load();                          // or a saved model: ImageEncoder.Load("flowers.safetensors")
        float[] vector = encoder.Embed("daisy.jpg");                      // a path, stream, bytes or pixels; many at once; EmbedAsync
        double alike = encoder.Similarity("daisy.jpg", "unknown.jpg");    // cosine, -1 to 1
        // end-snippet
    }

    public static void OwnNetwork(nn.Module<Tensor, Tensor> stem, nn.Module<Tensor, Tensor> body)
    {
        // snippet: own-network
        using var backbone = new ModuleBackbone("mine", nn.Sequential(stem, body), featureSize: 64, ("stem", stem), ("body", body))
        {
            Info = new BackboneInfo("mine", FeatureSize: 64) { Input = new ImageSpec { Height = 128, Width = 128, ResizeSize = 146 } },
        };
        // end-snippet
    }

    public static void RestoreOwnNetwork(nn.Module<Tensor, Tensor> module)
    {
        // snippet: restore-own-network
        using var saved = ModelArtefact.Open("mine.safetensors");
        var backbone = new ModuleBackbone("mine", module, featureSize: 64)
        {
            Info = new BackboneInfo("mine", FeatureSize: 64) { Input = saved.Input(ImageSpec.Read) },
        };
        using var classifier = new ImageClassifier(saved.Restore(backbone));
        // end-snippet
    }
}

// snippet: own-augmentation
/// <summary>Covers a square of a quarter of the sides with black, at a random place.</summary>
public sealed class Cover : IAugmentation
{
    public RgbImage Apply(RgbImage image, ImageSpec spec, ref SplitMix64 random)
    {
        var (width, height) = (image.Width / 4, image.Height / 4);
        var (left, top) = (random.NextInt(image.Width - width + 1), random.NextInt(image.Height - height + 1));
        var pixels = image.Pixels.ToArray();
        for (var y = top; y < top + height; y++)
            pixels.AsSpan((y * image.Width + left) * 3, width * 3).Clear();
        return new RgbImage(image.Width, image.Height, pixels);
    }
}
// end-snippet
