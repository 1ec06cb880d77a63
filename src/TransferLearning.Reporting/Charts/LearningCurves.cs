namespace TransferLearning.Reporting;

/// <summary>How numbers changed from epoch to epoch, and which epoch's weights were kept.</summary>
internal sealed record LearningCurves(string Name, IReadOnlyList<Curve> Curves, int KeptEpoch)
{
    /// <summary>The charts of a run of several epochs: the losses, and the measure that tells most.</summary>
    public static IReadOnlyList<LearningCurves> Of(TrainingReport run)
    {
        if (run.Epochs.Count < 2) return [];
        var losses = Chart(
            Evaluation.LossName, new("training", Points(epoch => epoch.TrainLoss)), new("validation", Points(epoch => epoch.Evaluation?.Loss)));
        var measure = run.Epochs.Select(epoch => epoch.Evaluation?.Primary.Name).FirstOrDefault(name => name is not null);
        return measure is null or Evaluation.LossName
            ? [losses]
            : [losses, Chart(measure, new Curve("validation", Points(epoch => epoch.Evaluation?[measure])))];

        LearningCurves Chart(string name, params Curve[] curves) =>
            new(name, [.. curves.Where(curve => curve.Points.Count > 0)], run.WeightsFromEpoch);

        (int, double)[] Points(Func<EpochReport, double?> value) =>
            [.. run.Epochs.Select(epoch => (epoch.Epoch, value(epoch) ?? double.NaN)).Where(point => double.IsFinite(point.Item2))];
    }
}
