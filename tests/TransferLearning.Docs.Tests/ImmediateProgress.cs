namespace TransferLearning.Docs.Tests;

/// <summary>Tells at once, on the training thread.</summary>
internal sealed class ImmediateProgress(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => report(value);
}
