namespace TransferLearning;

/// <summary>The numbers of an epoch under the names that they have in a report's file.</summary>
internal static class EpochNumbers
{
    public static IEnumerable<(string Name, double Value)> Of(EpochReport epoch)
    {
        yield return ("epoch", epoch.Epoch);
        yield return ("trainLoss", epoch.TrainLoss);
        if (epoch.Evaluation is { } evaluation)
        {
            yield return ("validationLoss", evaluation.Loss);
            foreach (var value in evaluation.Results.SelectMany(result => result.Values).DistinctBy(value => value.Name))
                yield return (value.Name, value.Value);
        }
        yield return ("learningRate", epoch.LearningRate);
        yield return ("seconds", epoch.Seconds);
    }
}
