using TorchSharp;
using TransferLearning;

Console.WriteLine($"{TorchRuntime.BestDevice}: {torch.ones(2, 3).sum().item<float>()}");
