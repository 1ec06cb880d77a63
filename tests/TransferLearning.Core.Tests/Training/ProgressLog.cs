namespace TransferLearning.Tests.Training;

/// <summary>Keeps what a run reports.</summary>
internal sealed class ProgressLog : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Entries { get; } = [];

    public IEnumerable<TrainingProgress> Steps => Entries.Where(entry => entry.Phase == TrainingPhase.Training);

    /// <summary>Loss of each step, from the running means, for batches of equal size.</summary>
    public double[] StepLosses =>
        [.. Steps.Select((entry, i) => entry.Batch * entry.Loss - (entry.Batch == 1 ? 0 : (entry.Batch - 1) * Steps.ElementAt(i - 1).Loss))];

    public void Report(TrainingProgress value) => Entries.Add(value);
}
