Console.WriteLine(TorchSharp.torch.ones(2, 3).sum().item<float>()); // The application touches torch before the library does.
