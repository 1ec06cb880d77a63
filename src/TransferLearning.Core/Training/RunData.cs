namespace TransferLearning;

/// <summary>
/// What every run over data sets begins with: they fit the model, the model stands on its device, and the data sets are seen from a stage
/// of it.
/// </summary>
internal sealed class RunData : IDisposable
{
    public RunData(
        TransferModel model, IDataset train, IDataset? validation, TrainerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation, string name = "training")
    {
        TorchRuntime.Initialize();
        Warnings = [.. DatasetCheck.Check(model, train, validation, name)];
        Plan = new BatchPlan(options, train.Targets, options.Device ?? TorchRuntime.BestDevice, progress, cancellation);
        model.To(Plan.Device);
        if (OneDnn.TurnOffWhereWrong([.. model.Modules]) is { } fault) Warnings.Add(fault);
        var input = model.Backbone.Info.Input;
        Train = new FeatureCache(model, train.Prepare(input), name);
        Validation = validation is null ? null : new FeatureCache(model, validation.Prepare(input), "validation");
        Warnings.AddRange([.. Train.Source.Remarks, .. Validation?.Source.Remarks ?? []]);
    }

    public BatchPlan Plan { get; }

    public FeatureCache Train { get; }

    public FeatureCache? Validation { get; }

    /// <summary>What the user should know.</summary>
    public List<string> Warnings { get; }

    public void Dispose()
    {
        Train.Dispose();
        Validation?.Dispose();
    }
}
