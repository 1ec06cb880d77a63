using TorchSharp.Modules;
using TransferLearning;
using TransferLearning.Text;
using TransferLearning.Vision;
using static TorchSharp.torch;

var (folder, table, image) = (args[0], args[1], args[2]);
TorchRuntime.Initialize();

using (var classifier = ImageClassifier.FineTune(folder))
{
    classifier.Report!.Save("images.json");
    classifier.Save("images.safetensors");
}
using (var classifier = ImageClassifier.Load("images.safetensors")) Console.WriteLine(classifier.Predict(image).Best);

using (var classifier = TextClassifier.FineTune(table)) classifier.Save("texts.safetensors");
using (var classifier = TextClassifier.Load("texts.safetensors"))
{
    var best = classifier.Predict("a small bird that sings at night").Best;
    Console.WriteLine(best);
    if (best.Label != "animal") return 1;
}

// A module of one's own with an adapter, in a run that is stopped after an epoch and goes on.
using var values = randn(200, 8);
using var data = new TensorDataset(values, [.. values.sum(1).data<float>().Select(sum => sum > 0 ? 1 : 0)], ["low", "high"]);
using var backbone = new ModuleBackbone("mine", new Layers(), featureSize: 32);
double? accuracy = null;
foreach (var epochs in (int[])[1, 6])
{
    using var model = backbone.WithHead(new LinearHead(data.ClassNames));
    var options = new TrainerOptions { Epochs = epochs, Optimizer = new AdamW(learningRate: 0.01), Checkpoints = epochs == 6 ? null : new CheckpointOptions("checkpoints") };
    accuracy = new Trainer(options, new CosineDecay(warmup: 0.1)).Fit(model, data, data).Accuracy;
    model.Save("mine.safetensors");
}
Console.WriteLine($"accuracy {accuracy:0.00}");
return accuracy > 0.8 ? 0 : 1;

internal sealed class Layers : nn.Module<Tensor, Tensor>
{
    private readonly Linear first = nn.Linear(8, 32);

    public Layers() : base(nameof(Layers)) => RegisterComponents();

    public override Tensor forward(Tensor input) => nn.functional.relu(first.call(input));
}
