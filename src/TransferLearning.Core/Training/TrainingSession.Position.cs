namespace TransferLearning;

public sealed partial class TrainingSession
{
    /// <summary>Where the run stands, beside weights and histories.</summary>
    internal RunState Position() => new()
    {
        Epoch = Epoch, EpochBatch = EpochBatch, Step = Step,
        LossSum = Loss.Sum, LossWeight = Loss.Weight, LearningRate = Weights.LearningRate,
        Epochs = _epochs, WeightsFromEpoch = WeightsFromEpoch, StopReason = StopReason, StopsNow = StopsNow, IsComplete = IsComplete,
        Groups = [.. Groups.Select(group => new GroupState(group.KeepsStatistics, group.LearningRateFactor))],
        FeatureCaches = FeatureCaches, Seconds = Elapsed.TotalSeconds,
    };

    /// <summary>Goes on from there; weights and histories are loaded already.</summary>
    internal void GoTo(RunState position, IEnumerable<string> touched)
    {
        (Epoch, EpochBatch, Step, Weights.LearningRate) = (position.Epoch, position.EpochBatch, position.Step, position.LearningRate);
        Loss.Reset(position.LossSum, position.LossWeight);
        _epochs.Clear();
        _epochs.AddRange(position.Epochs);
        (WeightsFromEpoch, Evaluation) = (position.WeightsFromEpoch, EvaluationOf(position.WeightsFromEpoch));
        (StopReason, StopsNow, IsComplete, _secondsBefore) = (position.StopReason, position.StopsNow, position.IsComplete, position.Seconds);
        foreach (var (group, saved) in Groups.Zip(position.Groups))
            (group.KeepsStatistics, group.LearningRateFactor) = (saved.KeepsStatistics, saved.LearningRateFactor);
        FeatureCaches.Clear();
        FeatureCaches.AddRange(position.FeatureCaches);
        TouchedNames.Clear();
        TouchedNames.UnionWith(touched);
    }

    /// <summary>Whether a run like this one can stand there.</summary>
    internal bool Fits(RunState position)
    {
        var steps = (long)position.Epoch * StepsPerEpoch + (position.EpochBatch + BatchesPerStep - 1) / BatchesPerStep;
        return position.Epoch >= 0 && position.Epoch <= Options.Epochs && position.EpochBatch >= 0
            && position.EpochBatch <= _batchesPerEpoch
            && (position.Step == steps || position.StopReason is not null && position.Step >= 0 && position.Step < steps)
            && position.LossWeight >= 0
            && position.Epochs.Count == position.Epoch
            && position.Epochs.All(epoch => epoch is not null && epoch.Evaluation is not null == HasValidation)
            && position.WeightsFromEpoch >= 0 && position.WeightsFromEpoch <= position.Epoch
            && position.Groups.Count == Groups.Count() && position.Groups.All(group => group is not null)
            && position.FeatureCaches.All(cache => cache is not null) && position.Seconds >= 0
            && position.Seconds < TimeSpan.MaxValue.TotalSeconds / 2;
    }
}
