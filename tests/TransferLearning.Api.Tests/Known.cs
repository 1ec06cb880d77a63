using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using TransferLearning.Networks;
using TransferLearning.Reporting;
using TransferLearning.Text;
using TransferLearning.Tokenizers;
using TransferLearning.Vision;
using static TorchSharp.torch;

namespace TransferLearning.Api.Tests;

/// <summary>
/// Values of types that no constructor of our own makes, or whose parameters must fit each other: a line each. Where a parameter of a
/// certain
/// name needs another value than its type, the line names it.
/// </summary>
internal sealed class Known
{
    private static int _copies;

    private static readonly Lazy<TrainingReport> Report =
        new(() => new Trainer(new TrainerOptions { Epochs = 1, LoaderThreads = 0 }).Fit(Model(), Data()));

    private readonly Dictionary<(Type, string?), Func<object?>> _makers = [];

    public Known()
    {
        // What calls are made of.
        Add(() => "a");
        Add(() => Copy("weights.safetensors"), "path", "file", "source");
        Add(() => "texts", "folder");
        Add(() => "images", "ImageFolder.folder", "ImageClassifier.path");
        Add(() => Copy("texts.csv"), "TextFile.path", "TextClassifier.path");
        Add(() => Copy("words.conll"), "TokenDataset.path", "TokenClassifier.path");
        Add(() => "images/a/1.bmp", "ImageDecoder.path");
        Add(() => "encoder", "TextClassifier.backbone", "TokenClassifier.backbone", "TextBackbones.path",
            "SentenceEncoder.name", "Tokenizer.path");
        Add(() => "efficientnet_lite0", "VisionBackbones.name");
        Add(() => "bert-base-uncased", "TextBackbones.name");
        Add(() => "cpu", "TorchRuntime.name");
        Add(() => 7.0, "number", "value");
        Add(() => 0.5, "share", "ratio", "probability");
        Add<Tensor>(() => ones(2, 3));
        Add<Tensor>(() => zeros(2, int64), "ids", "labels", "indices");
        Add<Tensor>(() => ones(1, 3, 8, 8), "Convolution.x", "Convolution.input", "BatchNorm.x");
        Add<Tensor>(() => ones(1, 1, 8), "Convolution1d.x", "Convolution1d.input");
        Add<Tensor>(() => ones(1, 2, 4), "Attention.queries", "Attention.keys", "Attention.values");
        Add<nn.Module>(() => new Networks.Linear(3, 3));
        Add<nn.Module<Tensor, Tensor>>(() => new Networks.Linear(3, 3));
        Add(() => (Scalar)1.0);
        Add<Generator>(() => new Generator(1));
        Add(() => CPU);
        Add(() => new OneDnn(new Networks.Linear(3, 3)).Use());
        Add<object>(() => "object");
        Add<Type>(() => typeof(string));
        Add(() => new Uri("http://localhost:9"));
        Add(() => new HttpClient(new NoNetwork()));
        Add(() => JsonDocument.Parse("{}").RootElement);
        Add(() => new JsonObject());
        Add<JsonNode>(() => new JsonObject());
        Add<Stream>(() => new MemoryStream(File.ReadAllBytes("images/a/1.bmp")));
        Add(() => new StringBuilder());
        Add<Encoding>(() => Encoding.UTF8);
        Add<IFormatProvider>(() => CultureInfo.InvariantCulture);
        Add<IServiceProvider>(() => null!);
        Add<IProgress<TrainingProgress>>(() => new Progress<TrainingProgress>());
        Add<IProgress<DownloadProgress>>(() => new Progress<DownloadProgress>());
        Add<Microsoft.Extensions.Logging.ILogger>(() => Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        // Data and models that fit each other.
        Add(() => new TensorSet(ones(2, 3)));
        Add(() => new TensorSet(zeros(2, int64)), "target");
        Add<IReadOnlyList<string>>(() => ["a", "b"]);
        Add<IDataset>(Data);
        Add(Data);
        Add<Targets>(() => Targets.Classes([0, 1, 0, 1], ["a", "b"]));
        Add(() => FeatureSet.Compute(Model(), Data()));
        Add(() => TextDataset.From([("one a", "a"), ("two a", "a"), ("one b", "b"), ("two b", "b")]));
        Add(() => TokenDataset.OpenConll("words.conll"));
        Add(() => ImageDataset.FromFiles([("images/a/1.bmp", "a"), ("images/b/1.bmp", "b"), ("images/a/2.bmp", "a"),
            ("images/b/2.bmp", "b")]));
        Add(() => Targets.Classes([0, 1, 0, 1], ["a", "b"]));
        Add<IPretrainedBackbone>(Backbone);
        Add(Backbone);
        Add(() => Targets.Labels([["a"], ["b"], ["a", "b"], []]));
        Add(() => Targets.Values([[1f], [2f], [3f], [4f]], ["a"]));
        Add(() => Targets.Probabilities([[1f, 0], [0, 1f], [0.5f, 0.5f], [1f, 0]], ["a", "b"]));
        Add(() => Targets.Tags([["a"], ["a", "b"]]));
        Add(() => Targets.Sequences([[1], [2, 3]]));
        Add(() => new SharedResource(new MemoryStream(), "owner"));
        Add(() => new SharedResource(new MemoryStream(), "owner").Enter());
        Add(() => new ClassificationMetric().Start(["a", "b"]).Compute());
        Add(() => ((ClassificationResult)new ClassificationMetric().Start(["a", "b"]).Compute()).Confusion);
        Add<MetricResult>(() => new NumbersResult("a", new MetricValue("a", 1)));
        Add(() => Kinds.Default);
        Add(() => new LoraOptions { Rank = 1 });
        Add(() => new Lora(new ModuleBackbone("tiny", nn.Sequential(nn.Linear(3, 3)), 3), new LoraOptions { Rank = 1 }));
        Add(() => WeightFile.Open(Copy("weights.safetensors")).Tensors.Values.First());
        Add(() => SavedModel(), "ModelArtefact.path");
        Add(() => new TimeLimit(TimeSpan.FromSeconds(1)));
        Add(() => TimeSpan.FromSeconds(1));
        Add(() => DatasetFolder.Open("texts", new FileKind("text", ".txt")));
        Add(() => new FileKind("text", ".txt"));
        Add(() => Mismatch());
        Add(() => Report.Value with { });
        Add<IReadOnlyDictionary<string, string>>(() => new Dictionary<string, string> { ["a"] = "b" });
        Add<IReadOnlyDictionary<string, long>>(() => new Dictionary<string, long> { ["a"] = 1 });
        Add<IReadOnlyDictionary<string, double>>(() => new Dictionary<string, double> { ["a"] = 1 });
        Add<IReadOnlyDictionary<string, int>>(() => new Dictionary<string, int> { ["a"] = 1 });
        Add<IReadOnlyDictionary<string, Tensor>>(() => new Dictionary<string, Tensor>());
        Add<IDisposable>(() => new MemoryStream());
        Add<IHeadReplacer>(() => new LinearHead(["a", "b"]));
        Add(Model);
        Add<IMetricState>(() => new ClassificationMetric().Start(["a", "b"]));
        Add<IOptimizer>(() => new Sgd(0.1).Create());
        Add<IBatchSource>(() => Data().Prepare(null));
        Add<WeightFile>(() => WeightFile.Open(Copy("weights.safetensors")));
        Add(() => new TorchSharp.Modules.Parameter(ones(2, 3)));
        Add(() => Tokenizer.Open("encoder"));
        Add(() => TextBackbones.Open("encoder"));
        Add(() => TextBackbones.Open("encoder"));
        Add(() => new TextClassifier(TextModel(encoder => new LinearHead(["a", "b"]))));
        Add(() => new TokenClassifier(TextModel(encoder => encoder.TokenClassificationHead(["O", "B-X"]))));
        Add(() => new MaskFiller(TextModel(encoder => encoder.MaskedLanguageModelHead())));
        Add(() => TextModel(encoder => new LinearHead(["a", "b"])), "TextClassifier.model");
        Add(() => TextModel(encoder => encoder.TokenClassificationHead(["O", "B-X"])), "TokenClassifier.model");
        Add(() => TextModel(encoder => encoder.MaskedLanguageModelHead()), "MaskFiller.model");
        Add(() => Tokenizer.Open("encoder").Encode("one two"));
        Add(() => File.ReadAllBytes("encoder/tokenizer.json"), "Tokenizer.tokenizerJson");
        Add(() => new RgbImage(2, 2, new byte[12]));
        Add(() => VisionBackbones.Create("efficientnet_lite0"));
        Add(() => new ImageClassifier(ImageModel()));
        Add(() => ImageModel(), "ImageClassifier.model");
        Add(() => ImageModel(new Regression()), "ImageRegressor.model");
        Add(() => new ReportPicture("a", new RgbImage(1, 1, new byte[3]).ToPng()));
        Add(HeatMap);
        Add(() => new ImageEncoder(ImageModel().Backbone));
        Add(() => ImageModel().Backbone, "ImageEncoder.backbone");
        Add(Recorded);
        Add(() => Recorded().Nodes[0]);
        Add(() => Recorded().Nodes[0].Operation);
        Add<Block>(() => new Own());
        Add<Block<Tensor>>(() => new Own2());
        Add<Block<float>>(() => new Own3());
        Add<Block<float, float>>(() => new Own4());

        // Parts of a run.
        Add(() => Live.Step);
        Add(() => Live.Step.Session);
        Add(() => Live.Step.Session.Head);
        Add(() => Live.Step.Session.Head.Parameters[0]);
        Add(() => Live.Step.Session.Capture());
        Add(() => Live.State);
    }

    /// <summary>What only an interface shows: its other implementations, each attacked through it.</summary>
    public static IReadOnlyList<(Type Interface, string Name, Func<object> Make)> Hidden { get; } =
    [
        (typeof(IMetricState), "several labels", () => new MultiLabelMetric().Start(["a", "b"])),
        (typeof(IMetricState), "regression", () => new RegressionMetric().Start(["a", "b"])),
        (typeof(IOptimizer), "Adam", () => new Adam().Create()),
        (typeof(IOptimizer), "Lion", () => new Lion().Create()),
        (typeof(IBatchSource), "examples", () =>
            new ExampleDataset(4, _ => (new TensorSet(ones(3)), new TensorSet(zeros([], int64))), new UnlistedTargets("a", "b"))
            .Prepare(null)),
        (typeof(IBatchSource), "features", () => FeatureSet.Compute(Model(), Data()).Prepare(null)),
        (typeof(IBatchSource), "images", () =>
            ImageDataset.FromFiles(["images/a/1.bmp", "images/b/1.bmp"]).Prepare(new ImageSpec { Height = 2, Width = 2, ResizeSize = 2 })),
        (typeof(IBatchSource), "texts", () => TextDataset.From([("one", "a"), ("two", "b")]).Prepare(TextBackbones.Open("encoder").Input)),
        (typeof(IBatchSource), "words", () => TokenDataset.OpenConll("words.conll").Prepare(TextBackbones.Open("encoder").Input)),
    ];

    /// <summary>How a value of a type is made; null where nothing is known.</summary>
    public Func<object?>? Find(Type type) => _makers.GetValueOrDefault((type, null));

    /// <summary>How a value is made for a parameter of that name, of that type's members; null where nothing is known.</summary>
    public Func<object?>? Named(Type type, ParameterInfo parameter) =>
        _makers.GetValueOrDefault((type, $"{parameter.Member.ReflectedType!.Name}.{parameter.Name}"))
            ?? _makers.GetValueOrDefault((type, parameter.Name));

    /// <summary>Four rows of three values, in two classes.</summary>
    public static TensorDataset Data() => new(ones(4, 3), [0, 1, 0, 1], ["a", "b"]);

    public static TransferModel Model() => Backbone().WithHead(new LinearHead(["a", "b"]), ownsBackbone: true);

    private static string SavedModel()
    {
        using var model = Model();
        model.Save("model.safetensors");
        return "model.safetensors";
    }

    private static WeightMismatchException Mismatch()
    {
        try
        {
            WeightLoader.Load(new Networks.Linear(2, 2), "weights.safetensors");
            throw new NotSupportedException("The weights fit.");
        }
        catch (WeightMismatchException mismatch)
        {
            return mismatch;
        }
    }

    private static Graph Recorded()
    {
        var backbone = Backbone();
        backbone.Module.eval();
        return Graph.Record(backbone, new TensorSet(ones(2, 3)));
    }

    private static TransferModel TextModel(Func<TextBackbone, IHeadReplacer> head)
    {
        var encoder = TextBackbones.Open("encoder");
        return encoder.WithHead(head(encoder), ownsBackbone: true);
    }

    private static HeatMap HeatMap()
    {
        using var model = new ModuleBackbone("tiny", nn.Conv2d(3, 4, 3), 4).WithHead(new LinearHead(["a", "b"]), ownsBackbone: true);
        using var images = new TensorSet(ones(1, 3, 8, 8));
        return GradCam.Explain(model, images, [0])[0];
    }

    private static TransferModel ImageModel(IObjective? objective = null)
    {
        var module = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten());
        var info = new BackboneInfo("tiny", 3) { Input = new ImageSpec { Height = 2, Width = 2, ResizeSize = 2 } };
        return new ModuleBackbone("tiny", module, 3) { Info = info }
            .WithHead(new LinearHead(["a", "b"], objective: objective), ownsBackbone: true);
    }

    private static ModuleBackbone Backbone()
    {
        var layer = new Networks.Linear(3, 3);
        layer.Initialize(new Generator(1));
        return new ModuleBackbone("tiny", layer, 3);
    }

    /// <summary>A copy that a call may write to.</summary>
    private static string Copy(string name)
    {
        var copy = $"copy-{Interlocked.Increment(ref _copies)}-{name}";
        File.Copy(name, copy);
        return copy;
    }

    private void Add<T>(Func<T> make, params string[] names)
    {
        if (names.Length == 0) _makers[(typeof(T), null)] = () => make();
        foreach (var name in names) _makers[(typeof(T), name)] = () => make();
    }

    private sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
    }

    private sealed class Own : Block
    {
        protected override Tensor Compute(Tensor x) => Operations.Add(x, x);
    }

    private sealed class Own2 : Block<Tensor>
    {
        protected override Tensor Compute(Tensor x, Tensor other) => Operations.Add(x, other);
    }

    private sealed class Own3 : Block<float>
    {
        protected override Tensor Compute(Tensor x, float other) => Operations.Add(x, x);
    }

    private sealed class Own4 : Block<float, float>
    {
        protected override Tensor Compute(Tensor x, float second, float third) => Operations.Add(x, x);
    }
}
