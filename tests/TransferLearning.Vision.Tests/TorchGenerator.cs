namespace TransferLearning.Vision.Tests;

/// <summary>Tests that seed torch's generator, of which a process has one: nothing else may draw from it meanwhile.</summary>
[CollectionDefinition(nameof(TorchGenerator), DisableParallelization = true)]
public sealed class TorchGenerator;
