namespace TransferLearning.Tests.Training;

/// <summary>Keeps what a run reports.</summary>
internal sealed class ProgressLog : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Entries { get; } = [];

    public IEnumerable<TrainingProgress> Steps => Entries.Where(entry => entry.Phase == TrainingPhase.Training);

    public void Report(TrainingProgress value) => Entries.Add(value);
}
