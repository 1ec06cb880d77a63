// Learns from images without labels what digits look like, and then from ten labels a class which is which.
//   dotnet run -c Release          the mean of three draws of images and labels
//   dotnet run -c Release -- 20    of twenty
using System.Globalization;
using Autoencoder;
using TransferLearning;
using static TorchSharp.torch;

var draws = args.Length == 0 ? 3 : int.Parse(args[0], CultureInfo.InvariantCulture);
var file = Path.Combine("output", "autoencoder.safetensors");
(double Rate, int Epochs)[] settings = [(1e-3, 30), (1e-3, 100), (3e-3, 100), (1e-3, 300)];

// With more threads they would only wait for each other over images so small.
set_num_threads(1);
using var digits = Digits.Open(Path.Combine(AppContext.BaseDirectory, "data", "digits.csv.gz"));
var results = new Results();
for (var draw = 0; draw < draws; draw++)
{
    int[] order = [.. Enumerable.Range(0, digits.Labels.Count)];
    new SplitMix64((ulong)draw).Shuffle<int>(order);
    var (held, images) = (order[..600], order[600..]);
    var test = digits.Labelled.Subset(held);
    var few = digits.Labelled.Subset([.. images.GroupBy(i => digits.Labels[i]).SelectMany(members => members.Take(10))]);

    // Without labels: the encoder is the backbone, the decoder its head.
    using var encoder = Network.Encoder(seed: draw);
    using var autoencoder = encoder.WithHead(new Decoder());
    var trainer = new Trainer(new TrainerOptions { Epochs = 100, Optimizer = new AdamW(2e-3), Seed = draw }, new CosineDecay());
    trainer.Fit(autoencoder, digits.Noisy.Subset(images));
    Console.WriteLine(FormattableString.Invariant(
        $"Draw {draw + 1}: {images.Length} images without labels learnt, error of a pixel {Math.Sqrt(trainer.Evaluate(autoencoder, digits.Unlabelled.Subset(held)).Loss):F3} on {held.Length} others."));
    if (draw == 0) autoencoder.Save(file);

    // With ten labels a class: a linear head on the features, on the pixels, and the same network without what it learnt before.
    results.Add("autoencoder's features", Probe(encoder, few, test));
    using var pixels = new ModuleBackbone("pixels", nn.Flatten(), 64);
    results.Add("pixels", Probe(pixels, few, test));
    foreach (var (rate, epochs) in settings)
    {
        using var network = Network.Encoder(seed: draw);
        using var model = network.WithHead(new LinearHead(Digits.Classes));
        var options = new TrainerOptions { Epochs = epochs, BatchSize = 16, Optimizer = new AdamW(rate), Seed = draw };
        results.Add(FormattableString.Invariant($"from scratch, rate {rate}, {epochs} epochs"), new Trainer(options, new CosineDecay(warmup: 0.1)).Fit(model, few, test).Accuracy);
    }

    // What was learnt without labels serves later, too.
    if (draw > 0) continue;
    using var artefact = ModelArtefact.Open(file, Kinds.Default.WithHead(Decoder.Name, (_, _) => new Decoder()));
    using var restored = artefact.Restore(Network.Encoder());
    Console.WriteLine(FormattableString.Invariant($"Loaded from {file}: {Probe(restored.Backbone, few, test):P1} with its features."));
}
results.Print();

static double Probe(IPretrainedBackbone backbone, IDataset train, IDataset test)
{
    using var model = backbone.WithHead(new LinearHead(Digits.Classes));
    return new LinearProbe().Fit(model, train, test).Accuracy;
}
