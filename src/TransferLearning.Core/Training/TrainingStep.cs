namespace TransferLearning;

/// <summary>The step that is about to be made, for strategies to change.</summary>
/// <param name="batch">The batch; the trainer disposes it.</param>
public sealed class TrainingStep(Batch batch)
{
    /// <summary>
    /// The batch, on the training device: the examples' inputs, or what cached layers made of them. A strategy that replaces it
    /// creates the new one in the current dispose scope.
    /// </summary>
    public Batch Batch { get; set; } = batch;

    /// <summary>What the learning rate of every group is multiplied by in this step. Starts at 1; strategies multiply it.</summary>
    public double LearningRateFactor { get; set; } = 1;
}
