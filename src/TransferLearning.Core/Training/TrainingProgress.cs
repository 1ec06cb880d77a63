namespace TransferLearning;

/// <summary>What a training run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Computing features of frozen layers once, for all epochs.</summary>
    CachingFeatures,

    /// <summary>Making training steps.</summary>
    Training,

    /// <summary>Evaluating on the validation set.</summary>
    Validating,

    /// <summary>An epoch has ended; <see cref="TrainingProgress.Completed"/> tells how.</summary>
    EpochCompleted,
}

/// <summary>Where a training run stands; reported after every batch.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Epoch">The epoch in progress, or that has just ended, counted from 1.</param>
/// <param name="Epochs">Epochs of the run.</param>
/// <param name="Batch">Batches done in this phase of the epoch: 1 after the first.</param>
/// <param name="Batches">Batches of this phase.</param>
/// <param name="Loss">Mean training loss of the epoch so far; NaN outside of training.</param>
/// <param name="LearningRate">Learning rate of the last step.</param>
public readonly record struct TrainingProgress(
    TrainingPhase Phase, int Epoch, int Epochs, int Batch, int Batches, double Loss, double LearningRate)
{
    /// <summary>The epoch that has just ended; null in the other phases.</summary>
    public EpochReport? Completed { get; init; }
}
