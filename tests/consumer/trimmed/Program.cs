using TransferLearning;
using TransferLearning.Text;
using TransferLearning.Vision;
using static TorchSharp.torch;
using Linear = TorchSharp.Modules.Linear;

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

// A module of one's own with an adapter, in a run whose checkpoint is read again.
using var values = randn(200, 8);
var data = new TensorDataset(values, [.. values.sum(1).data<float>().Select(sum => sum > 0 ? 1 : 0)], ["low", "high"]);
List<double?> accuracies = [];
foreach (var resume in (bool[])[false, true])
{
    using var model = Own().WithHead(new LinearHead(data.ClassNames), ownsBackbone: true);
    var options = new TrainerOptions
    {
        Epochs = 6, Optimizer = new AdamW(learningRate: 0.05), Checkpoints = new CheckpointOptions("checkpoints") { Resume = resume },
    };
    accuracies.Add(
        new Trainer(options, new LoraFineTuning(new LoraOptions { Rank = 2 }), new CosineDecay(warmup: 0.1)).Fit(model, data, data).Accuracy);
    model.Save("mine.safetensors");
}
using var artefact = ModelArtefact.Open("mine.safetensors");
using var opened = artefact.Restore(Own());
Console.WriteLine($"accuracy {accuracies[0]:0.00} and {accuracies[1]:0.00}, adapters {opened.Adapters.Count}");
return accuracies[0] > 0.9 && accuracies[0] == accuracies[1] && opened.Adapters.Count == 1 ? 0 : 1;

static ModuleBackbone Own()
{
    manual_seed(0);
    return new("mine", new Layers(), featureSize: 32);
}

internal sealed class Layers : nn.Module<Tensor, Tensor>
{
    private readonly Linear first = nn.Linear(8, 32);

    public Layers() : base(nameof(Layers)) => RegisterComponents();

    public override Tensor forward(Tensor input) => nn.functional.relu(first.call(input));
}
