namespace TransferLearning;

/// <summary>
/// What every run over data sets begins with: they fit the model, the model stands on its device, and the data sets are seen from a stage
/// of it.
/// </summary>
internal sealed class RunData : IDisposable
{
    private readonly List<string> _warnings;
    private readonly OneDnnUse _oneDnn;

    public RunData(
        TransferModel model, IDataset train, IDataset? validation, TrainerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation, string name = "training")
    {
        TorchRuntime.Initialize();
        _warnings = [.. DatasetCheck.Check(model, train, validation, name)];
        Plan = new BatchPlan(options, train.Targets, options.Device ?? TorchRuntime.BestDevice, progress, cancellation);
        model.To(Plan.Device);
        var input = model.Backbone.Info.Input;
        Train = new FeatureCache(model, train.Prepare(input), name);
        Validation = validation is null ? null : new FeatureCache(model, validation.Prepare(input), "validation");
        _warnings.AddRange([.. Train.Source.Remarks, .. Validation?.Source.Remarks ?? []]);
        // Last, since what fails before disposes nothing.
        _oneDnn = new OneDnn([.. model.Modules]).Use();
    }

    public BatchPlan Plan { get; }

    public FeatureCache Train { get; }

    public FeatureCache? Validation { get; }

    /// <summary>What the user should know so far.</summary>
    public IReadOnlyList<string> Warnings => _oneDnn.Remark is { } remark ? [.. _warnings, remark] : [.. _warnings];

    public void Warn(string warning) => _warnings.Add(warning);

    public void Dispose()
    {
        _oneDnn.Dispose();
        Train.Dispose();
        Validation?.Dispose();
    }
}
