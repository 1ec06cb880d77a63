namespace TransferLearning;

/// <summary>One epoch of a run.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="TrainLoss">Mean training loss over the epoch's examples, each measured before its step.</param>
/// <param name="Evaluation">Measures on the validation set; null without one.</param>
/// <param name="LearningRate">Learning rate of the last step, of a group with factor 1; NaN where the fit has none.</param>
/// <param name="Seconds">Wall time, validation included.</param>
public sealed record EpochReport(int Epoch, double TrainLoss, Evaluation? Evaluation, double LearningRate, double Seconds);
