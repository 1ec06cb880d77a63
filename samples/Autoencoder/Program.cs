// Learns from images without labels what digits look like, and then from ten labels a class which is which.
//   dotnet run -c Release          the mean of three draws of images and labels
//   dotnet run -c Release -- 20    of twenty
using System.Globalization;
using Autoencoder;
using TransferLearning;
using static TorchSharp.torch;

var draws = args.Length == 0 ? 3 : int.Parse(args[0], CultureInfo.InvariantCulture);
var file = Path.Combine("output", "autoencoder.safetensors");

// With more threads they would only wait for each other over images so small.
set_num_threads(1);
using var digits = Digits.Open(Path.Combine(AppContext.BaseDirectory, "data", "digits.csv.gz"));
var results = new Results();
for (var draw = 0; draw < draws; draw++)
{
    int[] order = [.. Enumerable.Range(0, digits.Shown.Count)];
    new SplitMix64((ulong)draw).Shuffle<int>(order);
    var (held, images) = (order[..600], order[600..]);
    int[] labelled = [.. images.GroupBy(i => digits.Shown[i]).SelectMany(members => members.Take(10))];
    var (few, test) = (digits.Labelled.Subset(labelled), digits.Labelled.Subset(held));

    // Without labels: the encoder is the backbone, the decoder its head.
    using var encoder = Network.Encoder(seed: draw);
    using var autoencoder = encoder.WithHead(new Decoder());
    var trainer = new Trainer(new TrainerOptions { Epochs = 150, Optimizer = new AdamW(2e-3), Seed = draw }, new CosineDecay());
    trainer.Fit(autoencoder, digits.Noisy(0.5).Subset(images));
    var error = Math.Sqrt(trainer.Evaluate(autoencoder, digits.Unlabelled.Subset(held)).Loss);
    Console.WriteLine(FormattableString.Invariant(
        $"Draw {draw + 1}: learnt from {images.Length} images without labels; gives {held.Length} others back with an error of {error:F3} a pixel."));

    // With ten labels a class: a linear head on the features, or on the pixels.
    var accuracy = Probe(encoder, few, test);
    results.Add("autoencoder's features", accuracy);
    using var pixels = new ModuleBackbone("pixels", nn.Flatten(), 64);
    results.Add("pixels", Probe(pixels, few, test));

    // The same network without what it has learnt before, with several settings.
    foreach (var (rate, epochs, noise) in new[] { (3e-3, 100, 0), (3e-3, 100, 0.25), (3e-3, 100, 0.5), (1e-3, 300, 0.25) })
    {
        using var network = Network.Encoder(seed: draw);
        using var model = network.WithHead(new LinearHead(Digits.Classes));
        var options = new TrainerOptions { Epochs = epochs, BatchSize = 16, Optimizer = new AdamW(rate), Seed = draw };
        var supervised = new Trainer(options, new CosineDecay(warmup: 0.1));
        supervised.Fit(model, digits.NoisyLabelled(noise).Subset(labelled));
        results.Add(FormattableString.Invariant($"from scratch, {epochs} epochs, rate {rate}, noise {noise}"), supervised.Evaluate(model, test).Accuracy);
    }

    // What was learnt serves later, too.
    if (draw > 0) continue;
    autoencoder.Save(file);
    using var artefact = ModelArtefact.Open(file, Kinds.Default.WithHead(Decoder.Name, (_, _) => new Decoder()));
    using var restored = artefact.Restore(Network.Encoder());
    Console.WriteLine(FormattableString.Invariant($"Saved as {file}: accuracy {accuracy:P1}, opened again {Probe(restored.Backbone, few, test):P1}."));
}
results.Print();

static double Probe(IPretrainedBackbone backbone, IDataset train, IDataset test)
{
    using var model = backbone.WithHead(new LinearHead(Digits.Classes));
    return new LinearProbe().Fit(model, train, test).Accuracy;
}
