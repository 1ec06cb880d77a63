using TransferLearning;
using static TorchSharp.torch;

manual_seed(0);
using var values = randn(200, 8);
int[] labels = [.. values.sum(1).data<float>().Select(sum => sum > 0 ? 1 : 0)];
var data = new TensorDataset(values, labels, ["low", "high"]);
var (train, validation) = data.Split(0.8, seed: 42);

using var backbone = new ModuleBackbone("mine", nn.Sequential(nn.Linear(8, 32), nn.ReLU()), featureSize: 32);
using var model = backbone.WithHead(new LinearHead(data.ClassNames));
var report = new Trainer(new TrainerOptions { Epochs = 10 }, new FreezeBackbone(), new CosineDecay(warmup: 0.1))
    .Fit(model, train, validation);

model.Save("mine.safetensors");
Console.WriteLine($"accuracy {report.Accuracy:0.00} after {report.Epochs.Count} epochs");
